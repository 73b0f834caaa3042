namespace Sira.Kernel.Messaging.Errors;

/// <summary>A journal could not do what was asked. What was published may or may not have been kept; publishing it again with the same message id is safe.</summary>
public class JournalException : MessagingException
{
    /// <summary>Initializes a new instance.</summary>
    /// <param name="message">What happened and what to do.</param>
    /// <param name="innerException">The cause, if there is one.</param>
    public JournalException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
