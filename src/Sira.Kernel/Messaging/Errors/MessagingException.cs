using Sira.Kernel.Errors;

namespace Sira.Kernel.Messaging.Errors;

/// <summary>The base of what the message bus throws on its own account.</summary>
public class MessagingException : SiraException
{
    /// <summary>Initializes a new instance.</summary>
    /// <param name="message">What happened and what to do.</param>
    /// <param name="innerException">The cause, if there is one.</param>
    public MessagingException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
