namespace Sira.Session.Errors;

/// <summary>What is stored of a session cannot be read: it is damaged, incomplete, or was written by a newer version.</summary>
public sealed class SessionFormatException : SessionException
{
    /// <summary>Initializes a new instance.</summary>
    /// <param name="key">The session.</param>
    /// <param name="version">The version of the session whose event cannot be read; 0 for its record.</param>
    /// <param name="message">What is wrong, and what to do.</param>
    /// <param name="innerException">The cause, if there is one.</param>
    public SessionFormatException(SessionKey key, long version, string message, Exception? innerException = null)
        : base(key, message, innerException) => Version = version;

    /// <summary>Gets the version of the session whose event cannot be read; 0 for its record.</summary>
    public long Version { get; }
}
