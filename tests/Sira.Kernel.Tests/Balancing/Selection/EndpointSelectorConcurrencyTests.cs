using Sira.Kernel.Balancing;
using Sira.Kernel.Balancing.Selection;
using Sira.Kernel.Health;
using Sira.Kernel.Registry;
using Sira.Kernel.Tests.Support;

namespace Sira.Kernel.Tests.Balancing.Selection;

public class EndpointSelectorConcurrencyTests
{
    /// <summary>Anchor 4.2 #14: a hundred thousand racing changes of list and health; whoever selects after a change has returned sees it.</summary>
    [Fact]
    public void TrySelect_AHundredThousandRacingUpdates_NoRefreshIsLost()
    {
        var fixture = new SelectorFixture(SelectorFixture.Level(0, 3));
        var selector = fixture.Select(balancer: LoadBalancers.PowerOfTwoChoices);

        TestThreads.Run(4, (index, random) =>
        {
            // Each thread has a service of one endpoint to itself, and all of them shake one they share.
            var own = new EndpointSelector(fixture.Registry, $"own{index}", LoadBalancerContractTests.Create("p2c"), random);
            for (var i = 0; i < 25_000; i++)
            {
                switch (i % 4)
                {
                    case 0:
                        fixture.Registry.Update($"own{index}", [new($"e{i}")], CircuitBreakerOptions.Default);
                        Assert.True(own.TrySelect(out var call));
                        Assert.Equal($"e{i}", call.Endpoint.Id);
                        break;
                    case 1:
                        fixture[$"p0-{index % 3}"].Signal(EndpointSignals.ProbeFailing, raise: random.Next(2) == 0);
                        break;
                    case 2:
                        fixture.Registry.GetOrAdd("tools", new EndpointDefinition("extra") { Weight = 1 + (i % 5) }, CircuitBreakerOptions.Default);
                        break;
                    default:
                        if (selector.TrySelect(out var shared))
                        {
                            shared.Complete(CircuitOutcome.Success);
                        }

                        break;
                }
            }
        });

        foreach (var endpoint in fixture.Registry.GetSnapshot("tools").Endpoints)
        {
            endpoint.Signal(EndpointSignals.ProbeFailing, raise: endpoint.Id != "extra");
        }

        var believing = fixture.Select(new() { PanicThreshold = 0 });
        Assert.Equal(["extra"], fixture.Shares(believing, 200).Keys);
    }

    /// <summary>Once a drain has ended, no call is in flight and none begins, however hard callers try.</summary>
    [Fact]
    public void DrainAsync_WhileCallersSelect_EndsWithNothingInFlight()
    {
        var fixture = new SelectorFixture(SelectorFixture.Level(0, 2));
        var selector = fixture.Select(balancer: LoadBalancers.PowerOfTwoChoices);
        var drained = fixture["p0-0"];
        var late = 0;
        var stop = false;

        TestThreads.Run(4, (index, _) =>
        {
            if (index == 0)
            {
                for (var round = 0; round < 300; round++)
                {
                    Assert.True(drained.DrainAsync(Timeout.InfiniteTimeSpan).GetAwaiter().GetResult());
                    for (var look = 0; look < 50; look++)
                    {
                        // A caller may look and turn away; it never calls.
                        late += Volatile.Read(ref calls) > 0 ? 1 : 0;
                    }

                    drained.EndDrain();
                }

                Volatile.Write(ref stop, true);
                return;
            }

            while (!Volatile.Read(ref stop))
            {
                Assert.True(selector.TrySelect(out var call));
                if (ReferenceEquals(call.Endpoint, drained))
                {
                    Interlocked.Increment(ref calls);
                    Thread.SpinWait(20);
                    Interlocked.Decrement(ref calls);
                }

                call.Complete(CircuitOutcome.Success);
            }
        });

        Assert.Equal(0, late);
        Assert.Equal(0, drained.Load.InFlight);
    }

    /// <summary>Each call is completed by two threads at once, and counts once.</summary>
    [Fact]
    public void Complete_ByTwoThreadsAtOnce_CountsOnce()
    {
        var fixture = new SelectorFixture(SelectorFixture.Level(0, 2));
        var selector = fixture.Select();
        var shared = new EndpointCall[20_000];
        for (var i = 0; i < shared.Length; i++)
        {
            Assert.True(selector.TrySelect(out shared[i]));
        }

        TestThreads.Run(4, (index, _) =>
        {
            for (var i = 0; i < shared.Length; i++)
            {
                shared[index % 2 == 0 ? i : shared.Length - 1 - i].Complete(CircuitOutcome.Success);
                if (selector.TrySelect(out var own))
                {
                    own.Complete(CircuitOutcome.Success);
                }
            }
        });

        Assert.All(fixture.Registry.GetSnapshot("tools").Endpoints, endpoint => Assert.Equal(0, endpoint.Load.InFlight));
    }

    private int calls;
}
