namespace Sira.Kernel.Errors;

/// <summary>The base of every exception that Sira throws on its own account.</summary>
public class SiraException : Exception
{
    /// <summary>Initializes a new instance with a message that says what happened and what to change.</summary>
    /// <param name="message">What happened, the current value, and the fix.</param>
    /// <param name="innerException">The cause, if there is one.</param>
    public SiraException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
