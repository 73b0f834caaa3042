namespace Sira.Session.Errors;

/// <summary>A session would have become larger than it may be. Nothing was appended.</summary>
public sealed class SessionLimitException : SessionException
{
    /// <summary>Initializes a new instance.</summary>
    /// <param name="key">The session.</param>
    /// <param name="limit">The option that sets the limit.</param>
    /// <param name="maximum">What it is set to.</param>
    /// <param name="message">What was asked, and what to do.</param>
    public SessionLimitException(SessionKey key, string limit, long maximum, string message)
        : base(key, message) => (Limit, Maximum) = (limit, maximum);

    /// <summary>Gets the option of <see cref="SessionOptions"/> that sets the limit.</summary>
    public string Limit { get; }

    /// <summary>Gets what it is set to.</summary>
    public long Maximum { get; }
}
