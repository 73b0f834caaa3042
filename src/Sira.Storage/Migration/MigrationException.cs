using Sira.Kernel.Errors;

namespace Sira.Storage.Migration;

/// <summary>A migration was stopped. Unless the phase says otherwise, the source is the truth and nothing that was acknowledged is lost; running the migration again goes on.</summary>
public sealed class MigrationException : SiraException
{
    /// <summary>Initializes a new instance.</summary>
    /// <param name="message">What happened, and what to do.</param>
    /// <param name="progress">How far it was.</param>
    /// <param name="innerException">The cause, if there is one.</param>
    public MigrationException(string message, MigrationProgress progress, Exception? innerException = null)
        : base(Sentence.End(message), innerException) => Progress = progress;

    /// <summary>Gets how far it was, with the differences that were found.</summary>
    public MigrationProgress Progress { get; }
}
