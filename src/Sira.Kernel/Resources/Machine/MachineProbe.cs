namespace Sira.Kernel.Resources.Machine;

/// <summary>Finds out what the runtime and, on Linux, control groups and drivers tell.</summary>
/// <remarks>CPUs are those that the runtime counts, or fewer where a control group has a quota; memory is the runtime's limit, which knows control groups and its own heap limit, or a control group's if that is less. GPUs are found by the files of NVIDIA's, AMD's and Intel's drivers, without running anything; elsewhere none is found.</remarks>
public sealed class MachineProbe : IMachineProbe
{
    private readonly IMachineFiles files;

    /// <summary>Initializes a new instance.</summary>
    /// <param name="files">Where to read; <see langword="null"/> means this machine's files.</param>
    public MachineProbe(IMachineFiles? files = null) => this.files = files ?? MachineFiles.Instance;

    /// <inheritdoc />
    public MachineResources Probe()
    {
        var (cpus, memory) = new ControlGroups(files).Limits();
        var counted = Environment.ProcessorCount * 1000L;
        var available = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        return new MachineResources(
            Math.Max(1, Math.Min(counted, cpus ?? counted)),
            Math.Max(0, Math.Min(available, memory ?? available)),
            new GpuFiles(files).Find());
    }
}
