using Sira.Kernel.Discovery.Sources;
using Sira.Kernel.Errors;
using Sira.Kernel.Health;
using Sira.Kernel.Registry;
using Sira.Kernel.Tests.Support;
using Sira.Kernel.Time;
using Sira.Simulation.Time;

namespace Sira.Kernel.Tests.Discovery.Sources;

public sealed class EndpointDiscoveryTests : IDisposable
{
    private readonly VirtualTimeProvider time = new();
    private readonly ServiceRegistry registry;
    private readonly ListLogger<EndpointDiscovery> log = new();
    private readonly EndpointDiscovery discovery;

    public EndpointDiscoveryTests()
    {
        var random = new SeededRandomSource(1);
        registry = new ServiceRegistry(time, random);
        discovery = new EndpointDiscovery(registry, time, random, log);
    }

    public void Dispose() => discovery.Dispose();

    private string Ids => string.Join(' ', registry.GetSnapshot("tools").Endpoints.Select(endpoint => endpoint.Id));

    [Fact]
    public async Task Follow_Lists_ReplaceOneAnother()
    {
        var followed = discovery.Follow("tools", new ScriptedSource("s", ScriptedSource.Gives(["a", "b"], ["b", "c"])));
        Assert.Equal(SourceState.Waiting, followed.Status.State);

        time.Advance(TimeSpan.Zero);
        Assert.Equal("a b", Ids);
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("b c", Ids);
        Assert.Equal((SourceState.Current, 2, time.GetUtcNow().AddSeconds(-0.9)), (followed.Status.State, followed.Status.Endpoints, followed.Status.UpdatedAt));
        await followed.DisposeAsync();

        Assert.Equal("", Ids);
        Assert.Empty(discovery.Statuses);
        Assert.Equal(0, time.ActiveTimers);
    }

    [Fact]
    public async Task Dispose_SourceThrowsOnItsCancellation_TheOthersEndAllTheSame()
    {
        discovery.Follow("tools", new ScriptedSource("s", token =>
        {
            token.Register(() => throw new InvalidOperationException("no end for me"));
            return ScriptedSource.Give([["a"]], null, token);
        }));
        discovery.Follow("tools", new ScriptedSource("t", ScriptedSource.Gives(["b"])));
        time.Advance(TimeSpan.Zero);
        Assert.Equal("a b", Ids);

        await discovery.DisposeAsync();

        Assert.Equal("", Ids);
        Assert.Equal(1324, Assert.Single(log.Entries).Id);
    }

    [Fact]
    public void Follow_SourceThrowsASecret_ItsStatusDoesNotTellIt()
    {
        var followed = discovery.Follow("tools", new ScriptedSource("s", token => ScriptedSource.Give([], new InvalidOperationException("https://racks.example.com/?key=1234 was refused"), token)));

        time.Advance(TimeSpan.FromSeconds(0.1));

        Assert.Equal("… was refused.", followed.Status.LastError);
    }

    [Fact]
    public void Follow_SourceFails_KeepsItsLastListBacksOffAndRecovers()
    {
        var source = new ScriptedSource("s", ScriptedSource.Fails(["a"]), ScriptedSource.Fails(), ScriptedSource.Fails(), ScriptedSource.Fails(), ScriptedSource.Gives(["b"]));
        var followed = discovery.Follow("tools", source);

        time.Advance(TimeSpan.FromSeconds(0.5));
        Assert.Equal(("a", 1, SourceState.Failing, "the source is broken."), (Ids, source.Asked, followed.Status.State, followed.Status.LastError));

        // Waits of 0.5 to 1, 1 to 2 and 2 to 4 seconds.
        time.Advance(TimeSpan.FromSeconds(3));
        Assert.InRange(source.Asked, 2, 4);
        Assert.Equal("a", Ids);
        time.Advance(TimeSpan.FromSeconds(20));

        Assert.Equal(("b", SourceState.Current, 0, null), (Ids, followed.Status.State, followed.Status.ConsecutiveFailures, followed.Status.LastError));
        Assert.Equal([1320, 1321], log.Entries.Select(entry => entry.Id));
        Assert.Contains("after 4 failures", log.Entries[1].Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Follow_SourceAlwaysFails_IsAskedAtMostOnceAMinuteInTheEnd()
    {
        var source = new ScriptedSource("s", _ => throw new InvalidOperationException("no"));
        discovery.Follow("tools", source);
        time.Advance(TimeSpan.FromMinutes(10));
        var asked = source.Asked;

        time.Advance(TimeSpan.FromHours(1));

        Assert.InRange(source.Asked - asked, 60, 120);
        Assert.Single(log.Entries);
    }

    public static TheoryData<string> Nonsense => ["null", "null item", "blank", "twice", "control", "long", "flood"];

    [Theory]
    [MemberData(nameof(Nonsense))]
    public void Follow_SourceGivesNonsense_KeepsTheLastGoodList(string what)
    {
        IReadOnlyList<EndpointDefinition>? list = what switch
        {
            "null" => null,
            "null item" => [null!],
            "blank" => [new("ok"), new(" ")],
            "twice" => [new("x"), new("x")],
            "control" => [new("x\ny")],
            "long" => [new(new string('x', 513))],
            _ => [.. Enumerable.Range(0, 10_001).Select(i => new EndpointDefinition($"e{i}"))],
        };
        var followed = discovery.Follow("tools", new ScriptedSource("s", token => Give(list, token)));

        time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(("good", SourceState.Failing), (Ids, followed.Status.State));
        Assert.Contains("'s'", followed.Status.LastError, StringComparison.Ordinal);

        static async IAsyncEnumerable<IReadOnlyList<EndpointDefinition>> Give(IReadOnlyList<EndpointDefinition>? list, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken token)
        {
            yield return [new("good")];
            await Task.CompletedTask;
            token.ThrowIfCancellationRequested();
            yield return list!;
        }
    }

    [Fact]
    public void Follow_SourceFloods_IsAskedTenTimesASecond()
    {
        var given = 0;
        discovery.Follow("tools", new ScriptedSource("s", token => Flood()));

        time.Advance(TimeSpan.FromSeconds(10));

        Assert.InRange(given, 95, 105);

        async IAsyncEnumerable<IReadOnlyList<EndpointDefinition>> Flood()
        {
            while (true)
            {
                yield return [new($"e{given++}")];
                await Task.CompletedTask;
            }
        }
    }

    [Fact]
    public async Task Follow_SourceHangsAndIgnoresItsToken_IsLoggedAndLeftBehind()
    {
        var followed = discovery.Follow("tools", new ScriptedSource("s", _ => Hang()));
        time.Advance(TimeSpan.FromSeconds(11));
        Assert.Equal([1322], log.Entries.Select(entry => entry.Id));

        var disposing = followed.DisposeAsync().AsTask();
        time.Advance(TimeSpan.FromSeconds(6));
        await disposing;

        Assert.Equal([1322, 1325], log.Entries.Select(entry => entry.Id));

        static async IAsyncEnumerable<IReadOnlyList<EndpointDefinition>> Hang()
        {
            await new TaskCompletionSource().Task;
            yield break;
        }
    }

    [Fact]
    public void Follow_TwoSourcesClaimOneEndpoint_TheLowerPrecedenceWinsAndTheOtherIsTold()
    {
        discovery.Follow("tools", new ScriptedSource("late", ScriptedSource.Gives(["a", "b"])), new FollowOptions { Precedence = 2 });
        discovery.Follow("tools", new StaticEndpointSource("early", new Dictionary<string, IReadOnlyList<EndpointDefinition>> { ["tools"] = [new("a") { Weight = 7 }] }), new FollowOptions { Precedence = 1 });
        time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal("a b", Ids);
        Assert.Equal(7, registry.GetSnapshot("tools").Endpoints[0].Weight);
        Assert.Equal([new EndpointClaim("source late", "a")], registry.GetSnapshot("tools").Shadowed);
        Assert.Equal(["late", "early"], discovery.Statuses.Select(status => status.Source));
        Assert.Equal(SourceState.Ended, discovery.Statuses[1].State);
    }

    [Fact]
    public async Task Reconfigure_KeepsTheEndpointsAndStop_MayLeaveThem()
    {
        var followed = discovery.Follow("tools", new ScriptedSource("s", ScriptedSource.Gives(["a"])));
        time.Advance(TimeSpan.FromSeconds(1));
        var endpoint = registry.GetSnapshot("tools").Endpoints[0];

        followed.Reconfigure(CircuitBreakerOptions.Default with { ConsecutiveFailures = 1 });
        Assert.Equal(1, endpoint.Breaker.Options.ConsecutiveFailures);
        await followed.StopAsync(withdraw: false);
        Assert.Same(endpoint, Assert.Single(registry.GetSnapshot("tools").Endpoints));

        discovery.Follow("tools", new ScriptedSource("s", ScriptedSource.Gives(["b"])));
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("b", Ids);
    }

    [Fact]
    public async Task Dispose_WithdrawsAll()
    {
        discovery.Follow("tools", new ScriptedSource("s", ScriptedSource.Gives(["a"])));
        Assert.Throws<SiraException>(() => discovery.Follow("TOOLS", new ScriptedSource("s")));
        time.Advance(TimeSpan.FromSeconds(1));

        await discovery.DisposeAsync();

        Assert.Equal("", Ids);
        Assert.Equal(0, time.ActiveTimers);
        Assert.Throws<ObjectDisposedException>(() => discovery.Follow("tools", new ScriptedSource("t")));
    }
}
