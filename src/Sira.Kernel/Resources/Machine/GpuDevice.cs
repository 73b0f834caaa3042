namespace Sira.Kernel.Resources.Machine;

/// <summary>A GPU that was found.</summary>
/// <param name="Id">What tells it from others: its place on the bus, such as <c>0000:65:00.0</c>.</param>
/// <param name="Name">What it is, such as <c>NVIDIA A100-SXM4-40GB</c>.</param>
/// <param name="MemoryBytes">Its own memory; <see langword="null"/> where the driver does not tell without its library, as NVIDIA's does not.</param>
public sealed record GpuDevice(string Id, string Name, long? MemoryBytes);
