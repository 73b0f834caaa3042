using Sira.Kernel.Errors;

namespace Sira.Storage.Transfer;

/// <summary>An export cannot be read, or cannot be imported where it was to go.</summary>
public sealed class TransferException : SiraException
{
    /// <summary>Initializes a new instance.</summary>
    /// <param name="message">What is wrong, and what to do.</param>
    /// <param name="innerException">The cause, if there is one.</param>
    public TransferException(string message, Exception? innerException = null)
        : base(Sentence.End(message), innerException)
    {
    }
}
