using Microsoft.Extensions.Primitives;
using Sira.Kernel.Configuration;
using Sira.Kernel.Health;
using Sira.Kernel.Registry;
using Sira.Kernel.Time;
using Sira.Simulation.Time;

namespace Sira.Kernel.Tests.Registry;

public class ServiceRegistryTests
{
    private static readonly CircuitBreakerOptions Options = CircuitBreakerOptions.Default;
    private static readonly EndpointOrigin First = new("first");
    private readonly ServiceRegistry registry = new(new VirtualTimeProvider(), new SeededRandomSource(1));

    [Fact]
    public void GetSnapshot_UnknownService_IsEmpty()
    {
        var snapshot = registry.GetSnapshot("nobody");

        Assert.Equal("nobody", snapshot.Service);
        Assert.Empty(snapshot.Endpoints);
        Assert.Equal(0, snapshot.Version);
        Assert.False(snapshot.ChangeToken.HasChanged);
        Assert.Empty(registry.Services);
    }

    [Fact]
    public void GetOrAdd_New_AddsInOrder()
    {
        var a = registry.GetOrAdd("models", new EndpointDefinition("a"), Options);
        var b = registry.GetOrAdd("MODELS", new EndpointDefinition("b"), Options);

        Assert.Equal([a, b], registry.GetSnapshot("Models").Endpoints);
        Assert.Equal(["models"], registry.Services);
    }

    [Fact]
    public void GetOrAdd_Existing_KeepsHealthAndLoadAndTakesTheDefinition()
    {
        var first = registry.GetOrAdd("models", new EndpointDefinition("a"), Options);
        first.Load.Begin();
        var (breaker, load) = (first.Breaker, first.Load);
        var metadata = new Dictionary<string, string> { ["region"] = "eu" };
        var stricter = Options with { ConsecutiveFailures = 2 };

        var second = registry.GetOrAdd("models", new EndpointDefinition("a") { Weight = 3, Metadata = metadata }, stricter);

        Assert.Same(first, second);
        Assert.Same(breaker, second.Breaker);
        Assert.Same(load, second.Load);
        Assert.Equal(3, second.Weight);
        Assert.Equal("eu", second.Metadata["region"]);
        Assert.Equal(stricter, second.Breaker.Options);
        Assert.Single(registry.GetSnapshot("models").Endpoints);
    }

    [Fact]
    public void GetOrAdd_NothingNew_MakesNoNewSnapshot()
    {
        registry.GetOrAdd("models", new EndpointDefinition("a"), Options);
        var before = registry.GetSnapshot("models");

        registry.GetOrAdd("models", new EndpointDefinition("a"), Options);

        Assert.Same(before, registry.GetSnapshot("models"));
        Assert.False(before.ChangeToken.HasChanged);
    }

    [Fact]
    public void GetOrAdd_SameIdInAnotherService_IsAnotherEndpoint()
    {
        var one = registry.GetOrAdd("models", new EndpointDefinition("a"), Options);
        var other = registry.GetOrAdd("tools", new EndpointDefinition("a"), Options);

        Assert.NotSame(one.Breaker, other.Breaker);
    }

    [Fact]
    public void Update_NewList_KeepsDropsAddsAndReorders()
    {
        var a = registry.GetOrAdd("models", new EndpointDefinition("a"), Options);
        var b = registry.GetOrAdd("models", new EndpointDefinition("b"), Options);
        var before = registry.GetSnapshot("models");

        var after = registry.Update("models", [new("c"), new("b"), new("d")], Options);

        Assert.Equal(["c", "b", "d"], after.Endpoints.Select(endpoint => endpoint.Id));
        Assert.Same(b, after.Endpoints[1]);
        Assert.Equal([a, b], before.Endpoints);
        Assert.True(before.ChangeToken.HasChanged);
        Assert.True(after.Version > before.Version);
        Assert.Same(after, registry.GetSnapshot("models"));
    }

    [Fact]
    public void Update_OnlyTheOrder_MakesANewSnapshot()
    {
        registry.Update("models", [new("a"), new("b")], Options);
        var before = registry.GetSnapshot("models");

        var after = registry.Update("models", [new("b"), new("a")], Options);

        Assert.True(before.ChangeToken.HasChanged);
        Assert.Equal(["b", "a"], after.Endpoints.Select(endpoint => endpoint.Id));
    }

    [Fact]
    public void Update_SameList_MakesNoNewSnapshot()
    {
        var before = registry.Update("models", [new("a"), new("b")], Options);

        Assert.Same(before, registry.Update("models", [new("a"), new("b")], Options));
    }

    [Fact]
    public void Update_NobodyListsAnEndpointAnyMore_ForgetsTheService()
    {
        registry.Update("models", [new("a")], Options);
        registry.Update("models", First, [new("b")], Options);
        var before = registry.Update("models", [], Options);
        Assert.Equal(["models"], registry.Services);

        var after = registry.Update("models", First, [], Options);

        Assert.Empty(registry.Services);
        Assert.True(before.ChangeToken.HasChanged);
        Assert.Equal(("models", 0L, 0), (after.Service, after.Version, after.Endpoints.Length));
        registry.Update("models", [], Options);
        Assert.Empty(registry.Services);
        registry.Update("models", [new("a")], Options);
        Assert.True(after.ChangeToken.HasChanged);
    }

    [Fact]
    public void Remove_LastEndpoint_ForgetsTheServiceAndItsWatcherHearsOfItsReturn()
    {
        registry.Update("models", [new("a")], Options);
        var seen = new List<int>();
        using var watch = ChangeToken.OnChange(() => registry.GetSnapshot("models").ChangeToken, () => seen.Add(registry.GetSnapshot("models").Endpoints.Length));

        Assert.True(registry.Remove("models", "a"));
        Assert.Empty(registry.Services);
        registry.Update("models", [new("b"), new("c")], Options);

        Assert.Equal([0, 2], seen);
    }

    [Fact]
    public void Update_IdentityTwice_ThrowsAndChangesNothing()
    {
        var before = registry.Update("models", [new("a")], Options);

        var error = Assert.Throws<ArgumentException>(() => registry.Update("models", [new("a") { Weight = 5 }, new("b"), new("b")], Options));

        Assert.Contains("'b'", error.Message, StringComparison.Ordinal);
        Assert.Same(before, registry.GetSnapshot("models"));
        Assert.Equal(1, before.Endpoints[0].Weight);
    }

    [Fact]
    public void Update_InvalidHealthOptions_ThrowsAndChangesNothing()
    {
        var before = registry.Update("models", [new("a")], Options);

        Assert.Throws<SiraConfigurationException>(() => registry.Update("models", [new("a") { Weight = 5 }], Options with { HalfOpenProbes = 0 }));

        Assert.Same(before, registry.GetSnapshot("models"));
        Assert.Equal(1, before.Endpoints[0].Weight);
    }

    [Theory]
    [InlineData("", "a")]
    [InlineData(" ", "a")]
    [InlineData("models", "")]
    [InlineData("models", " ")]
    public void GetOrAdd_BlankName_Throws(string service, string id) =>
        Assert.Throws<ArgumentException>(() => registry.GetOrAdd(service, new EndpointDefinition(id), Options));

    [Fact]
    public void Remove_Endpoint_DropsItAndSignals()
    {
        var before = registry.Update("models", [new("a"), new("b")], Options);

        Assert.True(registry.Remove("models", "a"));

        Assert.True(before.ChangeToken.HasChanged);
        Assert.Equal("b", Assert.Single(registry.GetSnapshot("models").Endpoints).Id);
        Assert.False(registry.Remove("models", "a"));
        Assert.False(registry.Remove("nobody", "a"));
    }

    [Fact]
    public void Remove_EndpointThenAddAgain_StartsFresh()
    {
        var old = registry.GetOrAdd("models", new EndpointDefinition("a"), Options);
        registry.Remove("models", "a");

        Assert.NotSame(old, registry.GetOrAdd("models", new EndpointDefinition("a"), Options));
    }

    [Fact]
    public void Remove_Service_SignalsAndReaddingIsNoticedToo()
    {
        var before = registry.Update("models", [new("a")], Options);

        Assert.True(registry.Remove("models"));
        Assert.False(registry.Remove("models"));

        Assert.True(before.ChangeToken.HasChanged);
        var gone = registry.GetSnapshot("models");
        Assert.Empty(gone.Endpoints);
        var again = registry.Update("models", [new("a")], Options);
        Assert.True(gone.ChangeToken.HasChanged);
        Assert.True(again.Version > before.Version);
    }

    [Fact]
    public void ChangeToken_WatchedTooLate_CallsBackAtOnce()
    {
        var snapshot = registry.Update("models", [new("a")], Options);
        registry.Update("models", [new("b")], Options);
        var called = false;

        using var registration = snapshot.ChangeToken.RegisterChangeCallback(_ => called = true, null);

        Assert.True(called);
    }

    [Fact]
    public void ChangeToken_CallbackWritesToTheRegistry_IsNotLost()
    {
        var seen = new List<int>();
        using var watch = ChangeToken.OnChange(() => registry.GetSnapshot("models").ChangeToken, () =>
        {
            var count = registry.GetSnapshot("models").Endpoints.Length;
            seen.Add(count);
            if (count < 5)
            {
                registry.GetOrAdd("models", new EndpointDefinition($"n{count}"), Options);
            }
        });

        registry.GetOrAdd("models", new EndpointDefinition("n0"), Options);

        Assert.Equal([1, 2, 3, 4, 5], seen);
    }

    [Fact]
    public void ChangeToken_CallbackWritesToTheRegistry_IsSignalledAfterIt()
    {
        var log = new List<string>();
        registry.GetSnapshot("models").ChangeToken.RegisterChangeCallback(
            _ =>
            {
                log.Add("first begins");
                registry.GetSnapshot("models").ChangeToken.RegisterChangeCallback(_ => log.Add("second"), null);
                registry.Update("models", [new("b")], Options);
                log.Add("first ends");
            },
            null);

        registry.Update("models", [new("a")], Options);

        Assert.Equal(["first begins", "first ends", "second"], log);
    }

    [Fact]
    public void ChangeToken_DisposedWhileItFires_StillCallsBack()
    {
        // What ChangeToken.OnChange does when it sees the change right after registering; losing this callback would be losing the watch.
        var token = registry.GetSnapshot("models").ChangeToken;
        IDisposable? later = null;
        var called = false;
        token.RegisterChangeCallback(
            _ =>
            {
                Assert.True(token.HasChanged);
                later!.Dispose();
            },
            null);
        later = token.RegisterChangeCallback(_ => called = true, null);

        registry.Update("models", [new("a")], Options);

        Assert.True(called);
    }

    [Fact]
    public void ChangeToken_CallbackThrows_OthersRunAndTheWriterGoesOn()
    {
        var snapshot = registry.Update("models", [new("a")], Options);
        var called = 0;
        snapshot.ChangeToken.RegisterChangeCallback(_ => throw new InvalidOperationException("broken watcher"), null);
        snapshot.ChangeToken.RegisterChangeCallback(_ => called++, null);

        var after = registry.Update("models", [new("b")], Options);

        Assert.Equal("b", Assert.Single(after.Endpoints).Id);
        Assert.Equal(1, called);
        Assert.Equal("b", Assert.Single(registry.GetSnapshot("models").Endpoints).Id);
        registry.Update("models", [new("c")], Options);
        Assert.Equal(1, called);
    }

    [Fact]
    public void ChangeToken_WatchThatAlwaysThrows_DisturbsNoWriter()
    {
        var calls = 0;
        using var watch = ChangeToken.OnChange(() => registry.GetSnapshot("models").ChangeToken, () =>
        {
            calls++;
            throw new InvalidOperationException("broken watcher");
        });

        registry.GetOrAdd("models", new("a"), Options);
        registry.Update("models", First, [new("b"), new("c")], Options);
        Assert.True(registry.Remove("models", "b"));
        Assert.True(registry.Remove("models"));

        Assert.Equal(4, calls);
    }

    [Fact]
    public void ChangeToken_RegistrationDisposed_IsNotCalled()
    {
        var snapshot = registry.Update("models", [new("a")], Options);
        var called = false;

        snapshot.ChangeToken.RegisterChangeCallback(_ => called = true, null).Dispose();
        registry.Update("models", [new("b")], Options);

        Assert.False(called);
    }

    [Fact]
    public void HealthChanged_BreakerOpens_NamesServiceAndEndpoint()
    {
        var raised = new List<EndpointHealthChangedEventArgs>();
        registry.HealthChanged += (_, change) => raised.Add(change);
        var endpoint = registry.GetOrAdd("models", new EndpointDefinition("a"), Options with { ConsecutiveFailures = 1 });

        endpoint.Breaker.TryEnter(out var permit);
        endpoint.Breaker.Record(permit, CircuitOutcome.Failure);

        var change = Assert.Single(raised);
        Assert.Equal("models", change.Service);
        Assert.Same(endpoint, change.Endpoint);
        Assert.Equal(CircuitState.Open, change.Change.To);
    }

    [Fact]
    public void EndpointDefinition_HostileMembers_AreRefusedByName()
    {
        Assert.Equal("Tags", Assert.Throws<ArgumentNullException>(() => new EndpointDefinition("a") { Tags = null! }).ParamName);
        Assert.Equal("Metadata", Assert.Throws<ArgumentNullException>(() => new EndpointDefinition("a") { Metadata = null! }).ParamName);
        var error = Assert.Throws<ArgumentException>(() => new EndpointDefinition("a") { Address = new("https://user:hunter2@tools.example.com") });

        Assert.Equal("Address", error.ParamName);
        Assert.Contains("'a'", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", error.Message, StringComparison.Ordinal);
        Assert.Equal("/health", new EndpointDefinition("a") { Address = new("/health", UriKind.Relative) }.Address!.OriginalString);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(1_000_001)]
    public void EndpointDefinition_WeightOutOfRange_Throws(double weight)
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => new EndpointDefinition("a") { Weight = weight });

        Assert.Contains("'a'", error.Message, StringComparison.Ordinal);
    }
}
