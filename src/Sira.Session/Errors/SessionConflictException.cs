namespace Sira.Session.Errors;

/// <summary>Something else was appended to the session first. Nothing of one's own was.</summary>
/// <remarks><see cref="ISession.RefreshAsync"/> and try again, or leave that to <see cref="SessionExtensions.RebaseAsync{T}"/>.</remarks>
public sealed class SessionConflictException : SessionException
{
    /// <summary>Initializes a new instance.</summary>
    /// <param name="key">The session.</param>
    /// <param name="expected">The version that was expected.</param>
    /// <param name="current">The version that it has.</param>
    public SessionConflictException(SessionKey key, long expected, long current)
        : base(key, $"The session '{key}' is at version {current}, and {expected} was expected: somebody else has appended to it. Refresh it and try again.") =>
        (Expected, Current) = (expected, current);

    /// <summary>Gets the version that was expected.</summary>
    public long Expected { get; }

    /// <summary>Gets the version that the session has.</summary>
    public long Current { get; }
}
