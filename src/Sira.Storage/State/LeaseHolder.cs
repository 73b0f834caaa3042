using System.ComponentModel;

namespace Sira.Storage.State;

/// <summary>The process that holds a slot.</summary>
/// <param name="Process">Its number, unlike that of any other.</param>
/// <param name="Machine">The name of its machine.</param>
/// <param name="ProcessId">Its number on that machine.</param>
/// <param name="Started">When it was started, in ticks of UTC.</param>
internal sealed record LeaseHolder(Guid Process, string Machine, int ProcessId, long Started)
{
    // Start times are told relative to the boot, whose time is told anew by each process.
    private const long StartTolerance = TimeSpan.TicksPerSecond;

    public static LeaseHolder Current(Guid process)
    {
        using var current = System.Diagnostics.Process.GetCurrentProcess();
        return new LeaseHolder(process, Environment.MachineName, Environment.ProcessId, current.StartTime.ToUniversalTime().Ticks);
    }

    /// <summary>Tells whether it is known to have ended: it was of this machine, and there is no such process any more.</summary>
    public bool HasEnded()
    {
        if (!string.Equals(Machine, Environment.MachineName, StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        try
        {
            using var process = System.Diagnostics.Process.GetProcessById(ProcessId);
            return Math.Abs(process.StartTime.ToUniversalTime().Ticks - Started) > StartTolerance;
        }
        catch (ArgumentException)
        {
            return true;
        }
        catch (Exception exception) when (exception is InvalidOperationException or Win32Exception or NotSupportedException)
        {
            // It ended this instant, or is somebody else's: the lease will tell.
            return false;
        }
    }
}
