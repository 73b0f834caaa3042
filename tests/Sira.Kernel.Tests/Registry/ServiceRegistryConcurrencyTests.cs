using Microsoft.Extensions.Primitives;
using Sira.Kernel.Health;
using Sira.Kernel.Registry;
using Sira.Kernel.Tests.Support;
using Sira.Kernel.Time;
using Sira.Simulation.Time;

namespace Sira.Kernel.Tests.Registry;

public class ServiceRegistryConcurrencyTests
{
    private static readonly CircuitBreakerOptions Options = CircuitBreakerOptions.Default;
    private readonly ServiceRegistry registry = new(new VirtualTimeProvider(), new SeededRandomSource(1));

    [Fact]
    public async Task Update_TenThousandRacing_EveryWatcherEndsOnTheLastSnapshot()
    {
        var seen = new long[8];
        var watches = Enumerable.Range(0, seen.Length).Select(watcher => ChangeToken.OnChange(
            () => registry.GetSnapshot("models").ChangeToken,
            () =>
            {
                // Callbacks of one watcher may overlap; an older snapshot must not overwrite a newer one.
                var version = registry.GetSnapshot("models").Version;
                var known = Volatile.Read(ref seen[watcher]);
                while (known < version && Interlocked.CompareExchange(ref seen[watcher], version, known) is var found && found != known)
                {
                    known = found;
                }
            })).ToArray();

        await Task.WhenAll(Enumerable.Range(0, 4).Select(writer => Task.Run(() =>
        {
            for (var i = 0; i < 2500; i++)
            {
                switch (i % 3)
                {
                    case 0:
                        registry.GetOrAdd("models", new EndpointDefinition($"w{writer}-{i % 7}") { Weight = 1 + (i % 5) }, Options);
                        break;
                    case 1:
                        registry.Update("models", [new("a") { Weight = i }, new($"w{writer}")], Options);
                        break;
                    default:
                        registry.Remove("models", $"w{writer}");
                        break;
                }
            }
        })));

        var last = registry.GetSnapshot("models").Version;
        Assert.True(last > 4000);
        Assert.All(seen, version => Assert.Equal(last, version));
        Assert.All(watches, watch => watch.Dispose());
    }

    [Fact]
    public async Task GetSnapshot_WhileTheServiceIsBeingAdded_NeverMissesIt()
    {
        for (var round = 0; round < 2000; round++)
        {
            var name = $"s{round}";
            ServiceSnapshot? seen = null;

            await Task.WhenAll(
                Task.Run(() => seen = registry.GetSnapshot(name)),
                Task.Run(() => registry.GetOrAdd(name, new EndpointDefinition("a"), Options)));

            Assert.True(seen!.Endpoints.Length == 1 || seen.ChangeToken.HasChanged);
        }
    }

    /// <summary>A service that comes and goes while it is watched: forgetting it loses no watcher.</summary>
    [Fact]
    public void Update_ServiceComesAndGoes_WatchersEndOnTheLastState()
    {
        var seen = new string[4];
        var watches = seen.Select((_, watcher) => ChangeToken.OnChange(
            () => registry.GetSnapshot("models").ChangeToken,
            () => Volatile.Write(ref seen[watcher], string.Join(' ', registry.GetSnapshot("models").Endpoints.Select(endpoint => endpoint.Id))))).ToArray();

        TestThreads.Run(4, (index, random) =>
        {
            var origin = new EndpointOrigin($"o{index}");
            for (var i = 0; i < 5000; i++)
            {
                registry.Update("models", origin, random.Next(2) == 0 ? [] : [new($"e{index}-{i % 3}")], Options);
                registry.Update($"own{index}", origin, i % 2 == 0 ? [new("a")] : [], Options);
            }

            registry.Update("models", origin, [], Options);
        });
        Assert.Empty(registry.Services);
        Assert.All(seen, last => Assert.Equal("", last));
        registry.GetOrAdd("models", new EndpointDefinition("last"), Options);

        Assert.All(seen, last => Assert.Equal("last", last));
        Assert.All(watches, watch => watch.Dispose());
    }

    [Fact]
    public async Task GetOrAdd_SameEndpointFromManyThreads_IsOne()
    {
        var endpoints = new Endpoint[4][];

        await Task.WhenAll(Enumerable.Range(0, 4).Select(thread => Task.Run(() =>
            endpoints[thread] = [.. Enumerable.Range(0, 500).Select(i => registry.GetOrAdd("models", new EndpointDefinition($"e{i}"), Options))])));

        Assert.Equal(500, registry.GetSnapshot("models").Endpoints.Length);
        Assert.All(endpoints, row => Assert.Equal(endpoints[0], row));
    }
}
