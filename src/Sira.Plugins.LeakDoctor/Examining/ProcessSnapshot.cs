using Microsoft.Diagnostics.NETCore.Client;

namespace Sira.Plugins.LeakDoctor.Examining;

/// <summary>A snapshot of this process on disk, deleted when it is disposed of.</summary>
/// <remarks>A process cannot read its own heap while it changes it, so the runtime writes a dump of itself (createdump on Linux and macOS), which is read like that of another process.</remarks>
internal sealed class ProcessSnapshot : IDisposable
{
    private readonly string folder;

    private ProcessSnapshot(string folder) => this.folder = folder;

    /// <summary>Gets the file.</summary>
    public string File => Path.Combine(folder, "process.dmp");

    /// <summary>Takes a snapshot.</summary>
    /// <exception cref="LeakDoctorException">It cannot be taken here.</exception>
    public static async Task<ProcessSnapshot> TakeAsync(LeakDoctorOptions options, TimeProvider time, CancellationToken cancellationToken)
    {
        var snapshot = new ProcessSnapshot(Path.Combine(options.Folder ?? Path.GetTempPath(), "sira-leak-doctor-" + Path.GetRandomFileName()));
        using var timeout = new CancellationTokenSource(options.SnapshotTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            snapshot.Prepare();
            await new DiagnosticsClient(Environment.ProcessId).WriteDumpAsync(DumpType.WithHeap, snapshot.File, WriteDumpFlags.None, either.Token).ConfigureAwait(false);
            return snapshot;
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            snapshot.Dispose();
            throw new LeakDoctorException($"The snapshot was not written within {options.SnapshotTimeout:c}. Allow more with {nameof(LeakDoctorOptions)}.{nameof(LeakDoctorOptions.SnapshotTimeout)}.", exception);
        }
        catch (Exception exception) when (exception is DiagnosticsClientException or IOException or UnauthorizedAccessException or TimeoutException)
        {
            snapshot.Dispose();
            throw new LeakDoctorException(
                $"No snapshot of the process can be taken: {exception.Message} It needs the runtime's diagnostics (DOTNET_EnableDiagnostics must not be 0), the permission to trace itself (in containers the capability SYS_PTRACE), and in '{snapshot.folder}' as much room as the process has memory.",
                exception);
        }
        catch
        {
            snapshot.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    // It holds every secret that is in memory.
    private void Prepare()
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
        }
        else
        {
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }
}
