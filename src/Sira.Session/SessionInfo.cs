namespace Sira.Session;

/// <summary>What is known of a session beside what was said in it. Never changes.</summary>
public sealed record SessionInfo
{
    /// <summary>Gets its key.</summary>
    public required SessionKey Key { get; init; }

    /// <summary>Gets whose user it belongs to; <see langword="null"/> for nobody's.</summary>
    public string? User { get; init; }

    /// <summary>Gets when it was created.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>Gets how long it is kept when nothing is appended; <see langword="null"/> for ever.</summary>
    public TimeSpan? IdleTimeToLive { get; init; }

    /// <summary>Gets how long it is kept in all; <see langword="null"/> for ever.</summary>
    public TimeSpan? TimeToLive { get; init; }

    /// <summary>Gets the id of the session that it is a fork of; <see langword="null"/> for none.</summary>
    public string? Parent { get; init; }

    /// <summary>Gets the version of that session up to which it is the same.</summary>
    public long ParentVersion { get; init; }
}
