using Sira.Kernel.Resources;
using Sira.Simulation.Time;

namespace Sira.Kernel.Tests.Resources;

public sealed class ResourcePoolRegistryTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly VirtualTimeProvider time = new();
    private readonly ResourcePoolRegistry registry;

    public ResourcePoolRegistryTests() => registry = new ResourcePoolRegistry(time);

    public static TheoryData<ResourcePoolKind> Kinds => [.. Enum.GetValues<ResourcePoolKind>()];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void GetOrAdd_SameDefinition_GivesTheSamePool(ResourcePoolKind kind)
    {
        var pool = registry.GetOrAdd("pool", Define(kind, 10));
        pool.MustTake(4);

        Assert.Same(pool, registry.GetOrAdd("pool", Define(kind, 10)));
        Assert.Equal(4, pool.Used);
        Assert.Equal("pool", pool.Name);
        Assert.True(registry.TryGet("pool", out var found));
        Assert.Same(pool, found);
        Assert.Same(pool, Assert.Single(registry.Pools));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void GetOrAdd_AnotherLimit_KeepsThePoolAndWhatIsUsed(ResourcePoolKind kind)
    {
        var pool = registry.GetOrAdd("pool", Define(kind, 10));
        pool.MustTake(8);

        Assert.Same(pool, registry.GetOrAdd("pool", Define(kind, 5)));
        Assert.Equal(5, pool.Limit);
        Assert.Equal(8, pool.Used);
        pool.MustRefuse(1);
    }

    [Fact]
    public void GetOrAdd_AnotherWindow_BeginsWithWhatWasUsed()
    {
        var old = registry.GetOrAdd("money", ResourcePoolDefinition.Sliding(10, Minute, ResourceUnit.UsDollars));
        var open = old.MustTake(8);

        var next = registry.GetOrAdd("money", ResourcePoolDefinition.Fixed(10, TimeSpan.FromDays(1), ResourceUnit.UsDollars));

        Assert.NotSame(old, next);
        Assert.Equal(8, next.Used);
        next.MustRefuse(3);
        open.Release();
        Assert.Equal(0, old.Used);
        Assert.Equal(8, next.Used);
    }

    [Fact]
    public void GetOrAdd_SlotsOrAnotherUnit_BeginAtNothing()
    {
        registry.GetOrAdd("a", ResourcePoolDefinition.Concurrency(10)).MustTake(8);
        Assert.Equal(0, registry.GetOrAdd("a", ResourcePoolDefinition.Total(10, ResourceUnit.Slots)).Used);

        registry.GetOrAdd("b", ResourcePoolDefinition.Total(10, ResourceUnit.Tokens)).MustTake(8);
        Assert.Equal(0, registry.GetOrAdd("b", ResourcePoolDefinition.Total(10, ResourceUnit.Requests)).Used);
    }

    [Fact]
    public void Remove_Pool_IsForgotten()
    {
        var pool = registry.GetOrAdd("pool", Define(ResourcePoolKind.Total, 10));
        pool.MustTake(4);

        Assert.True(registry.Remove("pool"));
        Assert.False(registry.Remove("pool"));
        Assert.False(registry.TryGet("pool", out _));
        Assert.Equal(0, registry.GetOrAdd("pool", Define(ResourcePoolKind.Total, 10)).Used);
    }

    [Fact]
    public void GetOrAdd_ManyThreads_AgreeOnOnePool()
    {
        var pools = new ResourcePool[64];

        Parallel.For(0, pools.Length, i => pools[i] = registry.GetOrAdd("pool", Define(ResourcePoolKind.Sliding, 10 + (i % 3))));

        Assert.All(pools, pool => Assert.Same(pools[0], pool));
    }

    [Fact]
    public void Definition_BadArguments_Throw()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => ResourcePoolDefinition.Concurrency(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => ResourcePoolDefinition.Sliding(1, TimeSpan.Zero, ResourceUnit.Tokens));
        Assert.Throws<ArgumentOutOfRangeException>(() => ResourcePoolDefinition.Fixed(1, TimeSpan.MaxValue, ResourceUnit.Tokens));
        Assert.Throws<ArgumentException>(() => registry.GetOrAdd(" ", ResourcePoolDefinition.Concurrency(1)));
    }

    private static ResourcePoolDefinition Define(ResourcePoolKind kind, long limit) => kind switch
    {
        ResourcePoolKind.Concurrency => ResourcePoolDefinition.Concurrency(limit),
        ResourcePoolKind.Sliding => ResourcePoolDefinition.Sliding(limit, Minute, ResourceUnit.Tokens),
        ResourcePoolKind.Fixed => ResourcePoolDefinition.Fixed(limit, Minute, ResourceUnit.Tokens),
        ResourcePoolKind.CalendarMonth => ResourcePoolDefinition.CalendarMonth(limit, ResourceUnit.Tokens),
        _ => ResourcePoolDefinition.Total(limit, ResourceUnit.Tokens),
    };
}
