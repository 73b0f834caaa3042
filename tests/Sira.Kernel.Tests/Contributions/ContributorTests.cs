using Microsoft.Extensions.DependencyInjection;
using Sira.Kernel.Balancing;
using Sira.Kernel.Contributions;
using Sira.Kernel.Registry;
using Sira.Kernel.Tests.Registry;
using Sira.Kernel.Tests.Support;
using Sira.Kernel.Time;

namespace Sira.Kernel.Tests.Contributions;

public class ContributorTests
{
    private static readonly ServiceProvider Nothing = new ServiceCollection().BuildServiceProvider();

    [Fact]
    public void TryEnter_UntilRevoked_GivesTheObjectAndCountsTheCall()
    {
        var contributor = new Contributor("acme", Nothing);
        var contribution = contributor.Contribute(new object());

        Assert.True(contribution.TryEnter(out var call));
        Assert.Equal(1, contributor.Calls.InFlight);
        call.Fail(new InvalidOperationException());
        call.Fail(new OperationCanceledException());
        call.Dispose();

        Assert.Equal((1, 1, 0), (contributor.Calls.Count, contributor.Calls.Faults, contributor.Calls.InFlight));
        contributor.Revoke();
        Assert.False(contribution.TryEnter(out _));
        Assert.Null(contribution.Value);
        Assert.Null(contributor.Services);
        Assert.Equal((1, 0), (contributor.Calls.Count, contributor.Calls.InFlight));
    }

    [Fact]
    public void Contribute_AfterRevocation_IsEmpty()
    {
        var contributor = new Contributor("acme", Nothing);
        contributor.Revoke();

        Assert.Null(contributor.Contribute(new object()).Value);
    }

    [Fact]
    public void Revoke_ByTheHost_IsRefused() => Assert.Throws<InvalidOperationException>(Contributor.Host(Nothing).Revoke);

    [Fact]
    public void Revoke_EmptiesEveryContributionThatSomebodyHolds()
    {
        var contributor = new Contributor("acme", Nothing);
        var held = Enumerable.Range(0, 1000).Select(_ => contributor.Contribute(new object())).ToArray();

        contributor.Revoke();

        Assert.All(held, static contribution => Assert.Null(contribution.Value));
    }

    [Fact]
    public async Task Drain_WhileCallsEndOnOtherThreads_EndsWithTheLast()
    {
        var contributor = new Contributor("acme", Nothing);
        var contribution = contributor.Contribute(new object());
        Assert.True(contribution.TryEnter(out var first));
        Assert.True(contribution.TryEnter(out var second));

        var drained = contributor.Calls.DrainAsync(TestContext.Current.CancellationToken);
        first.Dispose();
        Assert.False(drained.IsCompleted);
        second.Dispose();
        await drained;
    }

    [Fact]
    public async Task Drain_Cancelled_IsCancelled()
    {
        var contributor = new Contributor("acme", Nothing);
        Assert.True(contributor.Contribute(new object()).TryEnter(out _));
        using var cancel = new CancellationTokenSource();
        var drained = contributor.Calls.DrainAsync(cancel.Token);

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => drained);
    }

    [Fact]
    public void Revoke_UnderLoad_LetsNobodyInWithoutAnObject_AndNobodyOutUncounted()
    {
        for (var round = 0; round < 50; round++)
        {
            var contributor = new Contributor("acme", Nothing);
            var contribution = contributor.Contribute(new object());
            var entered = 0;
            TestThreads.Run(4, (index, _) =>
            {
                if (index == 0)
                {
                    SpinWait.SpinUntil(() => Volatile.Read(ref entered) > 100);
                    contributor.Revoke();
                    contributor.Calls.DrainAsync().GetAwaiter().GetResult();
                    return;
                }

                while (contribution.TryEnter(out var call))
                {
                    Assert.NotNull(call.Value);
                    Interlocked.Increment(ref entered);
                    call.Dispose();
                }
            });

            Assert.Equal(0, contributor.Calls.InFlight);
            Assert.Equal(entered, contributor.Calls.Count);
        }
    }

    [Fact]
    public void Call_ThatLeavesAnAmbientValue_LeavesNoneWithTheHost()
    {
        var ambient = new AsyncLocal<object?>();
        var contributor = new Contributor("acme", Nothing);
        var contribution = contributor.Contribute(new object());

        Assert.True(contribution.TryEnter(out var call));
        ambient.Value = new object();
        call.Dispose();

        Assert.Null(ambient.Value);
    }

    [Fact]
    public void Balancer_OfAPlugin_ThatThrowsOrPicksNonsense_IsReplacedByTheDefaultForThatPick()
    {
        var pick = 0;
        var services = new ServiceCollection().AddSingleton<ILoadBalancer>(new OddBalancer(() => pick)).BuildServiceProvider();
        var contributor = new Contributor("acme", services);
        var balancer = LoadBalancerRegistry.Of(new ContributionSnapshot(1, Contributor.Host(Nothing), contributor)).Get("odd");
        var endpoints = new TestEndpoints(1, 1).Items;
        var context = new BalancingContext(new SeededRandomSource(1));

        Assert.Equal(0, balancer.Pick(endpoints, [0, 1], context));
        pick = 7;
        Assert.InRange(balancer.Pick(endpoints, [0, 1], context), 0, 1);
        pick = -1;
        Assert.InRange(balancer.Pick(endpoints, [0, 1], context), 0, 1);
        Assert.Equal((3, 2), (contributor.Calls.Count, contributor.Calls.Faults));

        contributor.Revoke();
        Assert.InRange(balancer.Pick(endpoints, [0, 1], context), 0, 1);
        Assert.Equal(3, contributor.Calls.Count);
    }

    private sealed class OddBalancer(Func<int> pick) : ILoadBalancer
    {
        public string Name => "odd";

        public int Pick(ReadOnlySpan<Endpoint> endpoints, ReadOnlySpan<int> candidates, in BalancingContext context) => pick() is >= 0 and var picked ? picked : throw new InvalidOperationException("odd");
    }
}
