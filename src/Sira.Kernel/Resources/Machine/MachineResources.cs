namespace Sira.Kernel.Resources.Machine;

/// <summary>What this process may use of the machine.</summary>
/// <param name="MilliCpus">Thousandths of a CPU: 1500 are one and a half.</param>
/// <param name="MemoryBytes">Bytes of memory.</param>
/// <param name="Gpus">The GPUs; none is an ordinary answer.</param>
public sealed record MachineResources(long MilliCpus, long MemoryBytes, IReadOnlyList<GpuDevice> Gpus);
