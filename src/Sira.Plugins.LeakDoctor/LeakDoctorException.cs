using Sira.Kernel.Errors;

namespace Sira.Plugins.LeakDoctor;

/// <summary>The process could not be examined. The message names the reason and what to change.</summary>
public sealed class LeakDoctorException : SiraException
{
    /// <summary>Initializes a new instance.</summary>
    /// <param name="message">What was tried, and the fix.</param>
    /// <param name="innerException">The cause, if there is one.</param>
    public LeakDoctorException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
