using Microsoft.Extensions.AI;

namespace Sira.Session.Errors;

/// <summary>A model has answered, and the answer could not be kept in the session.</summary>
public sealed class TurnNotKeptException : SessionException
{
    /// <summary>Initializes a new instance.</summary>
    /// <param name="key">The session.</param>
    /// <param name="message">What happened, and what to do.</param>
    /// <param name="response">The answer.</param>
    /// <param name="innerException">Why it could not be kept.</param>
    public TurnNotKeptException(SessionKey key, string message, ChatResponse response, Exception innerException)
        : base(key, message, innerException) => Response = response;

    /// <summary>Gets the answer, which was paid for.</summary>
    public ChatResponse Response { get; }
}
