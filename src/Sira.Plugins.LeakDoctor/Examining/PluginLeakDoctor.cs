using System.Runtime.CompilerServices;
using Microsoft.Extensions.Options;
using Sira.Plugins.LeakDoctor.Reports;

namespace Sira.Plugins.LeakDoctor.Examining;

/// <summary>Examines this process by a snapshot.</summary>
internal sealed class PluginLeakDoctor(IOptions<LeakDoctorOptions> options, TimeProvider time) : IPluginLeakDoctor, IDisposable
{
    private readonly SemaphoreSlim examinations = new(1, 1);

    public async Task<LeakReport> ExamineAsync(CancellationToken cancellationToken = default)
    {
        await examinations.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            Collect();
            var (takenAt, began) = (time.GetUtcNow(), time.GetTimestamp());
            using var snapshot = await ProcessSnapshot.TakeAsync(options.Value, time, cancellationToken).ConfigureAwait(false);
            var taken = time.GetTimestamp();

            // A thread of its own: reading is seconds of work without a pause.
            var leaks = await Task.Factory.StartNew(
                () => SnapshotReader.Read(snapshot.File, options.Value.MaxPaths, cancellationToken), cancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default).ConfigureAwait(false);
            return new LeakReport(takenAt, time.GetElapsedTime(began, taken), time.GetElapsedTime(taken), leaks);
        }
        finally
        {
            examinations.Release();
        }
    }

    public void Dispose() => examinations.Dispose();

    // What goes by itself is no leak; code leaves memory in two or three collections.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Collect()
    {
        for (var i = 0; i < 3; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
    }
}
