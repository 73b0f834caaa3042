using Sira.Kernel.Configuration;

namespace Sira.Kernel.Resources.Machine;

/// <summary>What the machine has, as pools: CPUs, memory, bandwidth and GPUs.</summary>
/// <remarks>They count what is reserved through them, and do not limit what a process does past them. They stand in the <see cref="ResourcePoolRegistry"/> under names that begin with <c>machine</c>.</remarks>
public sealed class MachinePools
{
    private static readonly ResourceUnit Cpus = new("CPUs", 1000);
    private static readonly ResourceUnit Bytes = new("bytes");

    /// <summary>Initializes a new instance.</summary>
    /// <param name="registry">Where the pools are kept.</param>
    /// <param name="probe">Finds out what there is.</param>
    /// <param name="options">How much of it may be reserved; <see langword="null"/> means the defaults.</param>
    /// <exception cref="SiraConfigurationException">An option is out of range.</exception>
    public MachinePools(ResourcePoolRegistry registry, IMachineProbe probe, MachinePoolOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(registry);
        ArgumentNullException.ThrowIfNull(probe);
        options ??= MachinePoolOptions.Default;
        var errors = new ConfigurationErrors();
        options.Validate("MachinePools", errors);
        errors.ThrowIfAny();
        Found = probe.Probe();
        Cpu = registry.GetOrAdd("machine CPUs", ResourcePoolDefinition.Concurrency(Share(Found.MilliCpus, options.CpuShare), Cpus));
        Memory = registry.GetOrAdd("machine memory", ResourcePoolDefinition.Concurrency(Share(Found.MemoryBytes, options.MemoryShare), Bytes));
        Bandwidth = options.BandwidthBytesPerSecond is { } rate
            ? registry.GetOrAdd("machine bandwidth per second", ResourcePoolDefinition.Sliding(rate, TimeSpan.FromSeconds(1), Bytes))
            : null;
        Gpus = [.. Found.Gpus.Select(gpu => new GpuPools(
            gpu,
            registry.GetOrAdd($"machine GPU {gpu.Id} slots", ResourcePoolDefinition.Concurrency(options.GpuSlots)),
            (gpu.MemoryBytes ?? options.GpuMemoryBytes) is { } memory ? registry.GetOrAdd($"machine GPU {gpu.Id} memory", ResourcePoolDefinition.Concurrency(memory, Bytes)) : null))];
    }

    /// <summary>Gets what was found.</summary>
    public MachineResources Found { get; }

    /// <summary>Gets the CPUs, counted in thousandths.</summary>
    public ResourcePool Cpu { get; }

    /// <summary>Gets the memory, in bytes.</summary>
    public ResourcePool Memory { get; }

    /// <summary>Gets the bytes per second; <see langword="null"/> where they are not counted.</summary>
    public ResourcePool? Bandwidth { get; }

    /// <summary>Gets the GPUs; none is an ordinary answer.</summary>
    public IReadOnlyList<GpuPools> Gpus { get; }

    private static long Share(long amount, double share) => Math.Max(1, (long)(amount * share));
}
