using Sira.Plugins.LeakDoctor.Reports;

namespace Sira.Plugins.LeakDoctor;

/// <summary>Finds out what keeps the code of stopped plugins in memory.</summary>
/// <remarks>Thread-safe; examinations come one after the other. One collects garbage, writes a snapshot of the whole process to disk (the process stands still meanwhile: seconds for a large one), reads it and deletes it. A snapshot holds everything that is in memory, secrets too.</remarks>
public interface IPluginLeakDoctor
{
    /// <summary>Examines this process now.</summary>
    /// <param name="cancellationToken">Cancels the examination.</param>
    /// <returns>What is kept, and by what. A plugin that runs is not in it.</returns>
    /// <exception cref="LeakDoctorException">No snapshot can be taken here; the message says why.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    Task<LeakReport> ExamineAsync(CancellationToken cancellationToken = default);
}
