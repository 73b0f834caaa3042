using Sira.Kernel.Errors;

namespace Sira.Session.Compaction;

/// <summary>A summary could not be made; the history is as it was.</summary>
public sealed class CompactionException : SiraException
{
    /// <summary>Initializes a new instance.</summary>
    /// <param name="message">What happened, and what to change.</param>
    /// <param name="innerException">The cause, if there is one.</param>
    public CompactionException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
