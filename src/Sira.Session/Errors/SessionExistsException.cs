namespace Sira.Session.Errors;

/// <summary>A session was to be created with an id that another one has.</summary>
public sealed class SessionExistsException : SessionException
{
    /// <summary>Initializes a new instance.</summary>
    /// <param name="key">The session.</param>
    public SessionExistsException(SessionKey key)
        : base(key, $"There is a session '{key}' already. Open it, or create one with another id or without one.")
    {
    }
}
