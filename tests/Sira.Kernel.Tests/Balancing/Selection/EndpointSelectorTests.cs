using Sira.Kernel.Balancing;
using Sira.Kernel.Balancing.Selection;
using Sira.Kernel.Configuration;
using Sira.Kernel.Discovery;
using Sira.Kernel.Health;
using Sira.Kernel.Registry;

namespace Sira.Kernel.Tests.Balancing.Selection;

public class EndpointSelectorTests
{
    [Fact]
    public void TrySelect_UnknownService_IsFalseUntilItComes()
    {
        var fixture = new SelectorFixture();
        var selector = new EndpointSelector(fixture.Registry, "later", LoadBalancerContractTests.Create("p2c"), fixture.Random);
        Assert.False(selector.TrySelect(out _));

        fixture.Registry.Update("later", [new("a")], CircuitBreakerOptions.Default);

        Assert.True(selector.TrySelect(out var call));
        Assert.Equal(("a", 1), (call.Endpoint.Id, call.Endpoint.Load.InFlight));
    }

    [Fact]
    public void TrySelect_AllLevelsHealthy_UsesTheFirst()
    {
        var fixture = new SelectorFixture([.. SelectorFixture.Level(0, 2), .. SelectorFixture.Level(5, 2)]);

        var shares = fixture.Shares(fixture.Select());

        Assert.Equal(["p0-0", "p0-1"], shares.Keys.Order());
        Assert.Equal(0.5, shares["p0-0"], 0.05);
    }

    [Theory]
    [InlineData(2, 1)]
    [InlineData(5, 0.7)]
    [InlineData(8, 0.28)]
    [InlineData(10, 0)]
    public void TrySelect_LevelPartlyIll_SpillsOverAsEnvoyDoes(int ill, double share)
    {
        var fixture = new SelectorFixture([.. SelectorFixture.Level(0, 10), .. SelectorFixture.Level(1, 10)]);
        for (var i = 0; i < ill; i++)
        {
            fixture[$"p0-{i}"].Signal(EndpointSignals.ProbeFailing, raise: true);
        }

        var shares = fixture.Shares(fixture.Select());

        Assert.Equal(share, shares.Where(entry => entry.Key.StartsWith("p0", StringComparison.Ordinal)).Sum(entry => entry.Value), 0.03);
        Assert.DoesNotContain(Enumerable.Range(0, ill), i => shares.ContainsKey($"p0-{i}"));
    }

    [Fact]
    public void TrySelect_CallersPlace_PrefersZoneThenRegionByHealth()
    {
        var fixture = new SelectorFixture(
        [
            .. SelectorFixture.Level(0, 4, "same", new Locality("eu", "a")),
            .. SelectorFixture.Level(0, 4, "near", new Locality("eu", "b")),
            .. SelectorFixture.Level(0, 4, "far", new Locality("us", "a")),
            .. SelectorFixture.Level(0, 4, "unknown"),
        ]);
        var selector = fixture.Select(new EndpointSelectorOptions { Locality = new Locality("eu", "a") });
        Assert.Equal(1, Of("same"), 1e-9);

        fixture["same0-0"].Signal(EndpointSignals.ProbeFailing, raise: true);
        fixture["same0-1"].Signal(EndpointSignals.ProbeFailing, raise: true);
        Assert.Equal(0.7, Of("same"), 0.03);
        Assert.Equal(0.3, Of("near"), 0.03);

        foreach (var id in new[] { "same0-2", "same0-3", "near0-0", "near0-1", "near0-2", "near0-3" })
        {
            fixture[id].Signal(EndpointSignals.ProbeFailing, raise: true);
        }

        Assert.All(fixture.Shares(selector).Keys, id => Assert.Matches("^(far|unknown)", id));

        double Of(string prefix) => fixture.Shares(selector).Where(entry => entry.Key.StartsWith(prefix, StringComparison.Ordinal)).Sum(entry => entry.Value);
    }

    [Fact]
    public void TrySelect_MostAreIll_PanicsAndUsesAllButTheDraining()
    {
        var fixture = new SelectorFixture(SelectorFixture.Level(0, 10));
        for (var i = 0; i < 9; i++)
        {
            fixture[$"p0-{i}"].Signal(i == 8 ? EndpointSignals.Draining : EndpointSignals.ProbeFailing, raise: true);
        }

        // The one that is well would be overrun.
        var panicking = fixture.Shares(fixture.Select(balancer: LoadBalancers.RoundRobin)).Keys;
        var believing = fixture.Shares(fixture.Select(new EndpointSelectorOptions { PanicThreshold = 0 }, LoadBalancers.RoundRobin)).Keys;

        Assert.DoesNotContain("p0-8", panicking);
        Assert.Equal(["p0-9"], believing);
        Assert.Contains("p0-9", panicking);
    }

    [Fact]
    public void TrySelect_EveryBreakerOpen_PanicsWithAPermitThatDoesNotCount()
    {
        var fixture = new SelectorFixture(SelectorFixture.Level(0, 2));
        fixture.Break("p0-0", "p0-1");

        Assert.True(fixture.Select().TrySelect(out var call));
        Assert.Equal(default, call.Permit);
        Assert.False(fixture.Select(new EndpointSelectorOptions { PanicThreshold = 0 }).TrySelect(out _));
        Assert.Equal(1, call.Endpoint.Load.InFlight);
    }

    [Fact]
    public void TrySelect_BreakOfTheFirstLevelIsOver_IsProbedByOneCallAndTakesOver()
    {
        var fixture = new SelectorFixture([.. SelectorFixture.Level(0, 1), .. SelectorFixture.Level(1, 1)]);
        var selector = fixture.Select();
        fixture.Break("p0-0");
        Assert.Equal(["p1-0"], fixture.Shares(selector, 50).Keys);

        fixture.Time.Advance(TimeSpan.FromSeconds(11));
        Assert.True(selector.TrySelect(out var probe));
        Assert.True(selector.TrySelect(out var other));

        Assert.Equal(("p0-0", true, "p1-0"), (probe.Endpoint.Id, probe.Permit.IsProbe, other.Endpoint.Id));
        other.Complete(CircuitOutcome.Success);
        probe.Complete(CircuitOutcome.Success);
        Assert.Equal(["p0-0"], fixture.Shares(selector, 50).Keys);
    }

    [Fact]
    public void TrySelect_Draining_GetsNothingAtOnceAndComesBack()
    {
        var fixture = new SelectorFixture(new("a"), new("b"));
        var selector = fixture.Select();

        fixture["a"].BeginDrain();
        Assert.Equal(["b"], fixture.Shares(selector, 100).Keys);
        fixture["a"].EndDrain();

        Assert.Equal(["a", "b"], fixture.Shares(selector, 100).Keys.Order());
    }

    [Fact]
    public void TrySelect_Filter_AppliesToNewDefinitionsToo()
    {
        var fixture = new SelectorFixture(new("a") { Tags = new HashSet<string> { "gpu" } }, new("b"));
        var selector = fixture.Select(new EndpointSelectorOptions { Filter = new EndpointFilter { AllTags = ["gpu"] } });
        Assert.Equal(["a"], fixture.Shares(selector, 50).Keys);

        fixture.Registry.Update("tools", [new("a"), new("b") { Tags = new HashSet<string> { "gpu" } }], CircuitBreakerOptions.Default);

        Assert.Equal(["b"], fixture.Shares(selector, 50).Keys);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(300)]
    public void TrySelect_Tried_AreLeftOutUntilNoneIsLeft(int count)
    {
        var fixture = new SelectorFixture(SelectorFixture.Level(0, count));
        var selector = fixture.Select(balancer: LoadBalancers.PowerOfTwoChoices);
        var tried = new List<Endpoint>();

        while (selector.TrySelect(out var call, tried: tried.ToArray()))
        {
            Assert.DoesNotContain(call.Endpoint, tried);
            tried.Add(call.Endpoint);
            call.Complete(CircuitOutcome.Neutral);
        }

        Assert.Equal(count, tried.Count);
    }

    [Fact]
    public void TrySelect_AffinityKey_SticksWhileTheEndpointIsWell()
    {
        var fixture = new SelectorFixture(SelectorFixture.Level(0, 20));
        var selector = fixture.Select(balancer: LoadBalancers.ConsistentHash);
        Assert.True(selector.TrySelect(out var first, affinityKey: 42));

        for (var i = 0; i < 20; i++)
        {
            Assert.True(selector.TrySelect(out var again, affinityKey: 42));
            Assert.Same(first.Endpoint, again.Endpoint);
        }

        first.Endpoint.BeginDrain();
        Assert.True(selector.TrySelect(out var other, affinityKey: 42));
        Assert.NotSame(first.Endpoint, other.Endpoint);
    }

    [Fact]
    public void TrySelect_SteadyState_AllocatesNothing()
    {
        var fixture = new SelectorFixture([.. SelectorFixture.Level(0, 500), .. SelectorFixture.Level(1, 500)]);
        for (var i = 0; i < 250; i++)
        {
            fixture[$"p0-{i}"].Signal(EndpointSignals.ProbeFailing, raise: true);
        }

        var selector = fixture.Select(balancer: LoadBalancers.PowerOfTwoChoices);
        var allocated = long.MaxValue;
        for (var round = 0; round < 5 && allocated != 0; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < 500; i++)
            {
                selector.TrySelect(out var call);
                call.Complete(CircuitOutcome.Success, TimeSpan.FromMilliseconds(1));
            }

            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Assert.Equal(0, allocated);
    }

    [Fact]
    public void Complete_TwiceAlsoOfACopy_CountsOnce()
    {
        var fixture = new SelectorFixture(new EndpointDefinition("a"));
        var selector = fixture.Select();
        Assert.True(selector.TrySelect(out var other));
        Assert.True(selector.TrySelect(out var call));
        var copy = call;

        call.Complete(CircuitOutcome.Success);
        call.Complete(CircuitOutcome.Failure);
        Assert.True(selector.TrySelect(out var next));
        copy.Complete(CircuitOutcome.Failure, TimeSpan.FromSeconds(9));

        Assert.Equal(2, fixture["a"].Load.InFlight);
        Assert.Null(fixture["a"].Load.Latency);
        other.Complete(CircuitOutcome.Success);
        next.Complete(CircuitOutcome.Success);
        Assert.Equal(0, fixture["a"].Load.InFlight);
        default(EndpointCall).Complete(CircuitOutcome.Neutral);
    }

    [Fact]
    public void Constructor_OptionsOutOfRange_NamesBoth()
    {
        var error = Assert.Throws<SiraConfigurationException>(() => new SelectorFixture().Select(new EndpointSelectorOptions { OverprovisioningFactor = 0.5, PanicThreshold = 2 }));

        Assert.Equal(["Selector:OverprovisioningFactor", "Selector:PanicThreshold"], error.Errors.Select(mistake => mistake.Path));
    }
}
