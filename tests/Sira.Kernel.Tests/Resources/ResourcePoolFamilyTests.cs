using System.Collections.Concurrent;
using Sira.Gateway.Configuration.Traffic;
using Sira.Kernel.Admission;
using Sira.Kernel.Resources;
using Sira.Kernel.Time;
using Sira.Simulation.Time;

namespace Sira.Kernel.Tests.Resources;

public sealed class ResourcePoolFamilyTests
{
    private const string Name = "token budget of tenant '{key}' per 1m";
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly VirtualTimeProvider time = new();
    private readonly ResourcePoolRegistry registry;

    public ResourcePoolFamilyTests() => registry = new ResourcePoolRegistry(time);

    [Fact]
    public void Get_Keys_HaveAPoolOfTheirOwn()
    {
        var family = Slots(10);

        var acme = family.Get("acme");
        acme.MustTake(10);

        Assert.Same(acme, family.Get("acme"));
        Assert.Equal("token budget of tenant 'acme' per 1m", acme.Name);
        Assert.Equal((10L, 0L), (acme.Used, family.Get("Acme").Used));
        Assert.Equal("token budget of tenant '{key}' per 1m", family.Get("{key}").Name);
        Assert.Equal(3, family.Count);
        Assert.False(family.TryGet("other", out _));
        Assert.Throws<ArgumentException>(() => family.Get(""));
    }

    [Fact]
    public void Get_ExistingKey_DoesNotAllocate()
    {
        var family = Slots(10);
        family.Get("acme");

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
        {
            family.Get("acme");
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void Get_MoreKeysThanAllowed_LetsIdlePoolsGoAndKeepsThoseInUse()
    {
        var family = registry.GetOrAddFamily(Name, ResourcePoolDefinition.Total(10, ResourceUnit.Tokens), maximumPools: 3);
        family.Get("spent").MustTake(4).Settle([4]);
        var held = family.Get("held").MustTake(0);

        for (var i = 0; i < 100; i++)
        {
            family.Get($"{i}");
            Assert.InRange(family.Count, 1, 3);
        }

        Assert.Equal(4, family.Get("spent").Used);
        Assert.Same(held.Held[0].Pool, family.Get("held"));
    }

    [Fact]
    public void Get_AllInUse_GrowsAndShrinksAgain()
    {
        var family = registry.GetOrAddFamily(Name, ResourcePoolDefinition.Fixed(10, Minute, ResourceUnit.Tokens), maximumPools: 50);
        for (var i = 0; i < 500; i++)
        {
            family.Get($"{i}").MustTake(10).Settle([10]);
        }

        Assert.Equal(500, family.Count);
        Assert.All(Enumerable.Range(0, 500), i => family.Get($"{i}").MustRefuse(1));
        time.Advance(Minute);
        for (var i = 0; i < 20; i++)
        {
            family.Get($"new {i}");
        }

        Assert.Equal(50, family.Count);
    }

    [Fact]
    public void TryReserve_PoolThatWasLetGo_ReservesFromItsSuccessor()
    {
        var family = Slots(10, maximumPools: 1);
        var stale = family.Get("acme");
        family.Get("other");
        Assert.False(family.TryGet("acme", out _));
        var plain = new ConcurrencyPool("plain", 5);

        Assert.True(new ResourceScheduler().TryReserve([new(plain, 1), new(stale, 7), new(stale, 1)], out var reservation, out _));

        var successor = family.Get("acme");
        Assert.NotSame(stale, successor);
        Assert.Equal((0L, 8L, 1L), (stale.Used, successor.Used, plain.Used));
        Assert.Equal([plain, successor, successor], reservation.Held.ToArray().Select(request => request.Pool));
        Assert.False(new ResourceScheduler().TryReserve([new(plain, 1), new(stale, 3)], out _, out var rejection));
        Assert.Same(successor, rejection.Pool);
        reservation.Release();
        Assert.Equal((0L, 0L), (successor.Used, plain.Used));
        family.Get("other");
        family.Get("more");
        Assert.False(family.TryGet("acme", out _), "A reservation that has ended still holds it.");
    }

    [Fact]
    public async Task ReserveAsync_PoolThatWasLetGo_WaitsForItsSuccessor()
    {
        var family = Slots(1, maximumPools: 1);
        var queue = new AdmissionQueue(AdmissionQueueOptions.Default, time);
        var scheduler = new ResourceScheduler();
        var stale = family.Get("acme");
        family.Get("other");
        var held = family.Get("acme").MustTake(1);

        var waiting = scheduler.ReserveAsync([new(stale, 1)], queue).AsTask();
        var behind = scheduler.ReserveAsync([new(stale, 1)], queue).AsTask();
        family.Get("third");
        held.Release();

        Assert.True(waiting.IsCompleted);
        Assert.False(behind.IsCompleted);
        (await waiting).Reservation!.Release();
        (await behind).Reservation!.Release();
    }

    [Fact]
    public void GetOrAddFamily_AnotherLimit_KeepsThePoolsAndServesThoseWhoWait()
    {
        var family = Slots(1);
        var pool = family.Get("acme");
        pool.MustTake(1);
        var waiting = new ResourceScheduler().ReserveAsync([new(pool, 1)], new AdmissionQueue(AdmissionQueueOptions.Default, time)).AsTask();

        Assert.Same(family, Slots(2, maximumPools: 7));

        Assert.True(waiting.IsCompleted);
        Assert.Same(pool, family.Get("acme"));
        Assert.Equal((2L, 2L, 7), (pool.Limit, family.Get("new").Limit, family.MaximumPools));
        Assert.Same(family, Assert.Single(registry.Families));
        Assert.Empty(registry.Pools);
    }

    [Fact]
    public void GetOrAddFamily_AnotherWindow_BeginsWithWhatWasUsed()
    {
        var family = registry.GetOrAddFamily(Name, ResourcePoolDefinition.Sliding(10, Minute, ResourceUnit.Tokens));
        var old = family.Get("acme");
        var open = old.MustTake(8);

        Assert.Same(family, registry.GetOrAddFamily(Name, ResourcePoolDefinition.Fixed(10, TimeSpan.FromDays(1), ResourceUnit.Tokens)));

        var next = family.Get("acme");
        Assert.NotSame(old, next);
        next.MustRefuse(3);
        open.Release();
        Assert.Equal((0L, 8L), (old.Used, next.Used));
        Assert.Equal(ResourcePoolKind.Fixed, family.Definition.Kind);
    }

    [Fact]
    public void RemoveFamily_Family_IsForgotten()
    {
        Slots(10).Get("acme").MustTake(4);

        Assert.True(registry.RemoveFamily(Name));
        Assert.False(registry.RemoveFamily(Name));
        Assert.Equal(0, Slots(10).Get("acme").Used);
    }

    [Fact]
    public void GetOrAddFamily_BadArguments_Throw()
    {
        var definition = ResourcePoolDefinition.Concurrency(1);
        Assert.Contains("{key}", Assert.Throws<ArgumentException>(() => registry.GetOrAddFamily("no place", definition)).Message);
        Assert.Throws<ArgumentException>(() => registry.GetOrAddFamily(" ", definition));
        Assert.Throws<ArgumentNullException>(() => registry.GetOrAddFamily(Name, null!));
        Assert.Throws<ArgumentOutOfRangeException>(() => registry.GetOrAddFamily(Name, definition, maximumPools: 0));
    }

    [Fact]
    public void Get_ManyThreadsAndFewPlaces_NeverExceedTheLimitOfAKey()
    {
        const int Keys = 12;
        const long Limit = 2;
        var family = Slots(Limit, maximumPools: 3);
        var scheduler = new ResourceScheduler();
        var held = new long[Keys];
        var failures = new ConcurrentQueue<string>();
        var threads = Enumerable.Range(0, 6).Select(seed => new Thread(() =>
        {
            var random = new SeededRandomSource(seed);
            for (var i = 0; i < 30_000; i++)
            {
                var key = random.Next(Keys);
                if (!scheduler.TryReserve([new(family.Get($"{key}"), 1)], out var reservation, out _))
                {
                    continue;
                }

                if (Interlocked.Increment(ref held[key]) is > Limit and var now)
                {
                    failures.Enqueue($"{now} held of {key}");
                }

                Thread.SpinWait(random.Next(30));
                Interlocked.Decrement(ref held[key]);
                reservation.Release();
            }
        })).ToArray();
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());

        Assert.Empty(failures);
        Assert.All(Enumerable.Range(0, Keys), key => Assert.Equal(0, family.Get($"{key}").Used));
        Assert.InRange(family.Count, 1, 3);
    }

    private ResourcePoolFamily Slots(long limit, int maximumPools = ResourcePoolFamily.DefaultMaximumPools) =>
        registry.GetOrAddFamily(Name, ResourcePoolDefinition.Concurrency(limit), maximumPools);
}
