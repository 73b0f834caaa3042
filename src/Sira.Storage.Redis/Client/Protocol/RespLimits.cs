namespace Sira.Storage.Redis.Client.Protocol;

/// <summary>How much of an answer is read before it is taken for garbage.</summary>
/// <param name="MaximumLength">How many bytes a whole answer may take in memory.</param>
/// <param name="MaximumDepth">How deep values may stand in values.</param>
/// <param name="MaximumLine">How long a line may be: a number, a short text, a refusal.</param>
internal sealed record RespLimits(long MaximumLength = 512L << 20, int MaximumDepth = 32, int MaximumLine = 64 << 10);
