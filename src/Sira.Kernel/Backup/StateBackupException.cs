using Sira.Kernel.Errors;

namespace Sira.Kernel.Backup;

/// <summary>Thrown when a backup cannot be written, read or restored. Nothing of it has taken effect.</summary>
public sealed class StateBackupException : SiraException
{
    /// <summary>Initializes a new instance.</summary>
    /// <param name="message">What happened, where, and the fix.</param>
    /// <param name="innerException">The cause, if there is one.</param>
    public StateBackupException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
