using Sira.Kernel.Errors;

namespace Sira.Kernel.Sealing;

/// <summary>Sealed data could not be opened: it was changed, cut short, sealed for another place, or is of a version that this one does not know.</summary>
public class SealingException : SiraException
{
    /// <summary>Initializes a new instance.</summary>
    /// <param name="message">What is wrong and what to do.</param>
    /// <param name="innerException">The cause, if there is one.</param>
    public SealingException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
