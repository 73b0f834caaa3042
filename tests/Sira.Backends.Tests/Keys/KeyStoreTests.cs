using Sira.Errors;
using Sira.Kernel.Health;

namespace Sira.Backends.Tests.Keys;

public sealed class KeyStoreTests
{
    private const string Key = "sk-first-0123456789-wxyz";
    private readonly KeyFixture fixture = new();

    [Fact]
    public void CreatePool_Keys_AreEndpointsOfTheKernel()
    {
        fixture.Create(Key, "short");

        var endpoints = fixture.Registry.GetSnapshot("keys").Endpoints;

        Assert.Equal(["openai/key 1 (…wxyz)", "openai/key 2"], endpoints.Select(static endpoint => endpoint.Id));
        Assert.All(endpoints, static endpoint => Assert.Equal("openai", endpoint.Metadata["backend"]));
    }

    [Fact]
    public void HealthChanged_KeyTurnedAwayAndProbed_TellsOfEachStep()
    {
        var told = new List<string>();
        fixture.Registry.HealthChanged += (_, change) => told.Add($"{change.Service}: {change.Endpoint.Id} {change.Change.From} {change.Change.To}");
        var pool = fixture.Create(Key);

        KeyFixture.TurnAway(pool, Key, BackendErrorKind.Authentication);
        fixture.Seconds(600);
        KeyFixture.Use(pool, 1);

        Assert.Equal(
            ["keys: openai/key 1 (…wxyz) Closed Open", "keys: openai/key 1 (…wxyz) Open HalfOpen", "keys: openai/key 1 (…wxyz) HalfOpen Closed"],
            told);
    }

    [Fact]
    public void CreatePool_SameKeyAgain_KeepsItsHealthAndNumber()
    {
        var before = fixture.Create("a", "b");
        KeyFixture.TurnAway(before, "b", BackendErrorKind.Billing);

        var after = fixture.Create("b", "c");

        Assert.Equal(
            [new KeyStatus("key 2", CircuitState.Open, TimeSpan.FromMinutes(10)), new KeyStatus("key 3", CircuitState.Closed, TimeSpan.Zero)],
            after.GetStatus());
        Assert.Equal(["c", "c"], KeyFixture.Use(after, 2));
    }

    [Fact]
    public void CreatePool_OtherKeyInThePlaceOfADeadOne_BeginsHealthy()
    {
        KeyFixture.TurnAway(fixture.Create("dead"), "dead", BackendErrorKind.Authentication);

        var pool = fixture.Create("fresh");

        Assert.Equal(CircuitState.Closed, Assert.Single(pool.GetStatus()).State);
        fixture.Store.Retain([pool]);
        Assert.Equal(CircuitState.Closed, Assert.Single(fixture.Create("later", "fresh").GetStatus(), static status => status.Hint == "key 1").State);
    }

    [Fact]
    public void CreatePool_SameKeyElsewhereOrOfAnotherBackend_IsAnotherKey()
    {
        KeyFixture.TurnAway(fixture.Create("a"), "a", BackendErrorKind.Authentication);

        Assert.Equal(CircuitState.Closed, fixture.Store.CreatePool("openai", "https://other.test", ["a"]).GetStatus()[0].State);
        Assert.Equal(CircuitState.Closed, fixture.Store.CreatePool("other", "https://api.test", ["a"]).GetStatus()[0].State);
    }

    [Fact]
    public void Retain_KeyInNoPool_IsForgottenAndItsNumberGivenAgain()
    {
        var before = fixture.Create("a", "b");
        KeyFixture.TurnAway(before, "a", BackendErrorKind.Authentication);
        var after = fixture.Create("b");

        fixture.Store.Retain([after]);

        Assert.Equal(["openai/key 2"], fixture.Registry.GetSnapshot("keys").Endpoints.Select(static endpoint => endpoint.Id));
        Assert.Equal(
            [new KeyStatus("key 2", CircuitState.Closed, TimeSpan.Zero), new KeyStatus("key 1", CircuitState.Closed, TimeSpan.Zero)],
            fixture.Create("b", "a").GetStatus());
        // A request that still runs on the old pool reports to what nobody sees any more, and harms nothing.
        KeyFixture.TurnAway(before, "b");
        Assert.Equal(CircuitState.Open, after.GetStatus()[0].State);
    }
}
