namespace Sira.Kernel.Backup;

/// <summary>A part of Sira with a state that outlives the process through backups. Register any number as services; plugins too.</summary>
/// <remarks>A restore has two phases, so that it takes effect in all parts or in none: everything is read and checked first, and only then put in place.</remarks>
public interface IStateParticipant
{
    /// <summary>Gets the name under which the state stands in a backup; unique, and the same for ever.</summary>
    string Name { get; }

    /// <summary>Gets the version of the form in which it writes. It must be able to read all smaller ones.</summary>
    int SchemaVersion { get; }

    /// <summary>Takes hold of the state of this instant, in memory and without waiting: all parts are asked one directly after the other, so that a backup shows one moment.</summary>
    /// <returns>The state, which does not change any more.</returns>
    IStateCapture Capture();

    /// <summary>Reads a state and checks it. Nothing may take effect yet.</summary>
    /// <param name="section">What <see cref="IStateCapture.SaveAsync"/> wrote, verified as far as it is read; it ends where that ended.</param>
    /// <param name="info">In which form, and when it was written.</param>
    /// <param name="cancellationToken">Ends the reading, by the caller or because it takes too long.</param>
    /// <returns>The state, ready to be put in place.</returns>
    ValueTask<IStateRestore> PrepareAsync(Stream section, StateSectionInfo info, CancellationToken cancellationToken);
}
