namespace Sira.Kernel.Resources.Machine;

/// <summary>The pools of one GPU: slots for those who use it at once, and its memory.</summary>
public sealed class GpuPools
{
    internal GpuPools(GpuDevice device, ResourcePool slots, ResourcePool? memory) => (Device, Slots, Memory) = (device, slots, memory);

    /// <summary>Gets the GPU.</summary>
    public GpuDevice Device { get; }

    /// <summary>Gets the slots.</summary>
    public ResourcePool Slots { get; }

    /// <summary>Gets the memory, in bytes; <see langword="null"/> where it is not known.</summary>
    public ResourcePool? Memory { get; }

    /// <summary>Returns what to reserve for using this GPU beside others.</summary>
    /// <param name="memoryBytes">How much memory is needed; not counted where it is not known.</param>
    /// <returns>The requests.</returns>
    public ResourceRequest[] Shared(long memoryBytes) => Requests(1, memoryBytes);

    /// <summary>Returns what to reserve for having this GPU alone: every slot.</summary>
    /// <returns>The requests.</returns>
    public ResourceRequest[] Exclusive() => Requests(Slots.Limit, Memory?.Limit ?? 0);

    private ResourceRequest[] Requests(long slots, long memory) =>
        Memory is null ? [new ResourceRequest(Slots, slots)] : [new ResourceRequest(Slots, slots), new ResourceRequest(Memory, memory)];
}
