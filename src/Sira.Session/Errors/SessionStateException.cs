namespace Sira.Session.Errors;

/// <summary>Something was asked of a session that it does not do where it stands in its life.</summary>
public sealed class SessionStateException : SessionException
{
    /// <summary>Initializes a new instance.</summary>
    /// <param name="key">The session.</param>
    /// <param name="lifecycle">Where it stands.</param>
    /// <param name="message">What was asked, and what to do.</param>
    public SessionStateException(SessionKey key, SessionLifecycle lifecycle, string message)
        : base(key, message) => Lifecycle = lifecycle;

    /// <summary>Gets where the session stands.</summary>
    public SessionLifecycle Lifecycle { get; }
}
