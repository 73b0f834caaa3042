using Sira.Kernel.Configuration;
using Sira.Kernel.Resources;
using Sira.Kernel.Resources.Machine;
using Sira.Simulation.Time;

namespace Sira.Kernel.Tests.Resources.Machine;

public sealed class MachinePoolsTests
{
    private static readonly GpuDevice Gpu = new("0000:01:00.0", "GPU", 1000);

    [Fact]
    public void Constructor_WhatWasFound_BecomesPoolsByName()
    {
        var registry = new ResourcePoolRegistry(new VirtualTimeProvider());

        var pools = new MachinePools(registry, new Probe(2500, 4000, [Gpu]), new MachinePoolOptions { MemoryShare = 0.5, BandwidthBytesPerSecond = 77 });

        Assert.Equal((2500L, 2000L, 77L, 4L, 1000L), (pools.Cpu.Limit, pools.Memory.Limit, pools.Bandwidth!.Limit, pools.Gpus[0].Slots.Limit, pools.Gpus[0].Memory!.Limit));
        Assert.Equal("2.5 CPUs", pools.Cpu.Unit.Format(pools.Cpu.Limit));
        Assert.Equal(5, registry.Pools.Count);
    }

    [Fact]
    public void Requests_SharedAndExclusive_KeepEachOtherOut()
    {
        var gpu = new MachinePools(new ResourcePoolRegistry(new VirtualTimeProvider()), new Probe(1, 1, [Gpu])).Gpus[0];
        var scheduler = new ResourceScheduler();
        Assert.True(scheduler.TryReserve(gpu.Shared(600), out var first, out _));
        Assert.False(scheduler.TryReserve(gpu.Shared(600), out _, out var rejection));
        Assert.Same(gpu.Memory, rejection.Pool);
        Assert.False(scheduler.TryReserve(gpu.Exclusive(), out _, out _));

        first.Release();

        Assert.True(scheduler.TryReserve(gpu.Exclusive(), out _, out _));
        Assert.False(scheduler.TryReserve(gpu.Shared(0), out _, out _));
    }

    [Fact]
    public void Requests_MemoryNotKnown_CountSlotsOnly()
    {
        var gpu = new MachinePools(new ResourcePoolRegistry(new VirtualTimeProvider()), new Probe(1, 1, [Gpu with { MemoryBytes = null }])).Gpus[0];

        Assert.Null(gpu.Memory);
        Assert.Single(gpu.Shared(5));
    }

    [Fact]
    public void Validate_OutOfRange_NamesEveryMistake()
    {
        var options = new MachinePoolOptions { CpuShare = double.NaN, MemoryShare = 2, GpuSlots = 0, GpuMemoryBytes = 0, BandwidthBytesPerSecond = -1 };

        Assert.Equal(5, Assert.Throws<SiraConfigurationException>(() => new MachinePools(new ResourcePoolRegistry(new VirtualTimeProvider()), new Probe(1, 1, []), options)).Errors.Count);
    }

    private sealed class Probe(long cpus, long memory, GpuDevice[] gpus) : IMachineProbe
    {
        MachineResources IMachineProbe.Probe() => new(cpus, memory, gpus);
    }
}
