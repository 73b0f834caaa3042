using Sira.Kernel.Health;
using Sira.Kernel.Registry;
using Sira.Kernel.Time;
using Sira.Simulation.Time;

namespace Sira.Kernel.Tests.Registry;

public class EndpointOriginTests
{
    private static readonly CircuitBreakerOptions Options = CircuitBreakerOptions.Default;
    private static readonly EndpointOrigin First = new("first", 1);
    private static readonly EndpointOrigin Second = new("second", 2);
    private readonly ServiceRegistry registry = new(new VirtualTimeProvider(), new SeededRandomSource(1));

    [Fact]
    public void Update_SeveralOrigins_AreMergedByPrecedence()
    {
        registry.Update("tools", Second, [new("s")], Options);
        registry.Update("tools", First, [new("f")], Options);
        registry.GetOrAdd("tools", new("d"), Options);

        Assert.Equal(["d", "f", "s"], Ids());
    }

    [Fact]
    public void Update_SameIdentityFromTwo_TheFirstWinsAndTheSecondTakesOverWithItsHealth()
    {
        registry.Update("tools", Second, [new("a") { Weight = 2 }, new("b")], Options);
        var endpoint = registry.GetSnapshot("tools").Endpoints[0];

        var snapshot = registry.Update("tools", First, [new("a") { Weight = 1 }], Options);
        Assert.Equal([new EndpointClaim("second", "a")], snapshot.Shadowed);
        Assert.Same(endpoint, snapshot.Endpoints[0]);
        Assert.Equal(1, endpoint.Weight);

        snapshot = registry.Update("tools", First, [], Options);
        Assert.Same(endpoint, snapshot.Endpoints[0]);
        Assert.Equal(2, endpoint.Weight);
        Assert.Empty(snapshot.Shadowed);
    }

    [Fact]
    public void Update_WithoutOrigin_LeavesTheOthersAlone()
    {
        registry.Update("tools", First, [new("f")], Options);
        registry.Update("tools", [new("a"), new("b")], Options);

        registry.Update("tools", [new("b")], Options);

        Assert.Equal(["b", "f"], Ids());
    }

    [Fact]
    public void Remove_Endpoint_TakesItFromAllUntilListedAnew()
    {
        registry.Update("tools", First, [new("a"), new("f")], Options);
        registry.Update("tools", Second, [new("a")], Options);

        Assert.True(registry.Remove("tools", "a"));
        Assert.Equal(["f"], Ids());
        registry.Update("tools", Second, [new("a")], Options);

        Assert.Equal(["f", "a"], Ids());
    }

    [Fact]
    public void Update_SameListAgain_MakesNoNewSnapshot()
    {
        var before = registry.Update("tools", First, [new("a") { Metadata = new Dictionary<string, string> { ["k"] = "v" }, Tags = new HashSet<string> { "t" } }], Options);

        Assert.Same(before, registry.Update("tools", First, [new("a") { Metadata = new Dictionary<string, string> { ["k"] = "v" }, Tags = new HashSet<string> { "t" } }], Options));
    }

    [Fact]
    public void Update_BlankOrigin_Throws() => Assert.Throws<ArgumentException>(() => registry.Update("tools", new EndpointOrigin(" "), [], Options));

    /// <summary>Any sequence of updates and removals agrees with a list of lists.</summary>
    [Fact]
    public void Update_RandomOperations_AgreeWithAModel()
    {
        var random = new SeededRandomSource(4);
        EndpointOrigin?[] origins = [null, First, Second, new("third", 2)];
        var model = origins.Select(_ => new List<string>()).ToArray();
        for (var i = 0; i < 5000; i++)
        {
            var which = random.Next(origins.Length);
            if (random.Next(5) == 0)
            {
                var id = $"e{random.Next(6)}";
                Assert.Equal(model.Any(list => list.Remove(id)) | model.Aggregate(false, (found, list) => list.Remove(id) | found), registry.Remove("tools", id));
            }
            else
            {
                model[which] = [.. Enumerable.Range(0, 6).Where(_ => random.Next(3) == 0).Select(n => $"e{n}")];
                EndpointDefinition[] list = [.. model[which].Select(id => new EndpointDefinition(id) { Weight = which + 1 })];
                _ = origins[which] is { } origin ? registry.Update("tools", origin, list, Options) : registry.Update("tools", list, Options);
            }

            // Second and third have the same precedence, and their names decide.
            var expected = model.SelectMany((list, index) => list.Select(id => (id, Weight: index + 1d))).DistinctBy(entry => entry.id);
            Assert.Equal(expected, registry.GetSnapshot("tools").Endpoints.Select(endpoint => (endpoint.Id, endpoint.Weight)));
        }
    }

    private IEnumerable<string> Ids() => registry.GetSnapshot("tools").Endpoints.Select(endpoint => endpoint.Id);
}
