namespace Sira.Session.Errors;

/// <summary>A message cannot be kept, since it cannot be written as JSON. Nothing was appended.</summary>
public sealed class SessionContentException : SessionException
{
    /// <summary>Initializes a new instance.</summary>
    /// <param name="key">The session.</param>
    /// <param name="message">What cannot be written, and what to do.</param>
    /// <param name="innerException">The cause.</param>
    public SessionContentException(SessionKey key, string message, Exception innerException)
        : base(key, message, innerException)
    {
    }
}
