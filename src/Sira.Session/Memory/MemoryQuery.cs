namespace Sira.Session.Memory;

/// <summary>What is searched for.</summary>
/// <param name="Owner">Whose memory is searched.</param>
/// <param name="Text">The question.</param>
public sealed record MemoryQuery(MemoryOwner Owner, string Text)
{
    /// <summary>Gets how many results there are at most.</summary>
    /// <value>1 to 1,000. Default 10.</value>
    public int Maximum { get; init; } = 10;

    /// <summary>Gets the only session that is searched; <see langword="null"/> for all.</summary>
    public string? SessionId { get; init; }

    /// <summary>Gets the session that is not searched, such as the one that asks; <see langword="null"/> for none.</summary>
    public string? ExceptSessionId { get; init; }
}
