using Microsoft.Extensions.AI;

namespace Sira.Tokens;

/// <summary>A first estimator: four characters to a token.</summary>
public sealed class TokenEstimator : ITokenEstimator
{
    /// <inheritdoc />
    public long Estimate(IEnumerable<ChatMessage> messages, ChatOptions? options, string? family) => messages.Sum(m => m.Text.Length / 4 + 4);

    /// <inheritdoc />
    public long Estimate(ReadOnlySpan<char> text, string? family) => text.Length / 4;
}
