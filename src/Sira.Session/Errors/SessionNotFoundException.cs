namespace Sira.Session.Errors;

/// <summary>There is no such session: it was never created, belongs to another tenant or user, has expired, or was deleted or erased.</summary>
public sealed class SessionNotFoundException : SessionException
{
    /// <summary>Initializes a new instance.</summary>
    /// <param name="key">The session.</param>
    /// <param name="message">Which of it is known, and what to do.</param>
    public SessionNotFoundException(SessionKey key, string message)
        : base(key, message)
    {
    }

    /// <summary>Gets whether there was one, whose time has run out.</summary>
    public bool IsExpired { get; init; }
}
