using Sira.Kernel.Admission;
using Sira.Kernel.Resources;
using Sira.Kernel.Resources.Leases;
using Sira.Kernel.Tests.Admission;
using static Sira.Kernel.Tests.Admission.AdmissionFixture;

namespace Sira.Kernel.Tests.Resources.Leases;

public sealed class PreemptionTests : IDisposable
{
    private readonly AdmissionFixture fixture = new();
    private readonly ConcurrencyPool gpu = new("gpu slots", 4);
    private readonly List<string> asked = [];
    private readonly ResourceLeases leases;

    public PreemptionTests() => leases = new ResourceLeases(fixture.Time);

    public void Dispose() => leases.Dispose();

    [Fact]
    public void ReserveAsync_MoreImportant_TheLeastImportantIsAskedAndSaysWhy()
    {
        var batch = Hold("batch", 2, priority: 1);
        var idle = Hold("idle", 2, priority: 0);

        var waiting = fixture.Ask("urgent", gpu, 1, priority: 5);

        Assert.Equal(["idle"], asked);
        Assert.Equal("'idle' is to give back what it holds within 00:00:10 for work of priority 5: gpu slots: 1 slots asked, 4 slots of 4 slots used", idle.Notice!.ToString());
        Assert.False(waiting.IsCompleted);
        idle.Dispose();
        Granted(waiting);
        Assert.Equal(LeaseState.Held, batch.State);
    }

    [Fact]
    public void ReserveAsync_HolderDoesNotGiveBack_IsTakenAfterTheGrace()
    {
        var idle = Hold("idle", 4, priority: 0);
        var waiting = fixture.Ask("urgent", gpu, 1, priority: 5);
        Assert.False(idle.TryRenew());

        fixture.Seconds(9.9);
        Assert.False(waiting.IsCompleted);
        fixture.Seconds(0.1);

        Granted(waiting);
        Assert.Equal((LeaseState.Preempted, 1L), (idle.State, gpu.Used));
    }

    [Fact]
    public void ReserveAsync_NotMoreImportantOrNotAgreed_NobodyIsAsked()
    {
        Hold("equal", 2, priority: 5);
        leases.Grant(gpu.MustTake(2), "never agreed");

        var waiting = fixture.Ask("urgent", gpu, 1, priority: 5);

        Assert.Empty(asked);
        Assert.False(waiting.IsCompleted);
    }

    [Fact]
    public void ReserveAsync_AllTogetherWouldNotBeEnough_NobodyIsAsked()
    {
        Hold("idle", 1, priority: 0);
        leases.Grant(gpu.MustTake(3), "never agreed");

        _ = fixture.Ask("urgent", gpu, 2, priority: 5);

        Assert.Empty(asked);
    }

    [Fact]
    public void ReserveAsync_TwoPoolsOfWhichOneCannotBeFreed_NobodyIsAsked()
    {
        var other = new ConcurrencyPool("other", 1);
        other.MustTake(1);
        Hold("idle", 4, priority: 0);

        _ = fixture.Ask("urgent", [new(gpu, 1), new(other, 1)], new QueueEntry(5));

        Assert.Empty(asked);
    }

    [Fact]
    public void ReserveAsync_SeveralAreNeeded_AsManyAreAskedAsItTakesAndEachOnce()
    {
        for (var i = 0; i < 4; i++)
        {
            Hold($"idle {i}", 1, priority: 0);
        }

        _ = fixture.Ask("urgent", gpu, 2, priority: 5);
        gpu.ChangeLimit(4);
        gpu.ChangeLimit(4);

        Assert.Equal(["idle 3", "idle 2"], asked);
    }

    [Fact]
    public void Grant_PreemptibleWhileSomebodyWaits_IsAskedAtOnce()
    {
        var held = gpu.MustTake(4);
        var waiting = fixture.Ask("urgent", gpu, 1, priority: 5);

        leases.Grant(held, "late", preemption: Terms("late", 0));

        Assert.Equal(["late"], asked);
        fixture.Seconds(10);
        Granted(waiting);
    }

    [Fact]
    public void Grant_LeasesOfSeveralOwnersOnOnePool_AreKeptApart()
    {
        using var others = new ResourceLeases(fixture.Time);
        Hold("here", 2, priority: 0);
        others.Grant(gpu.MustTake(2), "there", preemption: Terms("there", 0));

        _ = fixture.Ask("urgent", gpu, 4, priority: 5);

        Assert.Equal(["here", "there"], asked.Order());
    }

    [Fact]
    public void Ask_HolderThrows_WhoWaitsIsServedAllTheSame()
    {
        leases.Grant(gpu.MustTake(4), "rude", preemption: new PreemptionTerms(0, TimeSpan.FromSeconds(10), static _ => throw new InvalidOperationException("No.")));

        var waiting = fixture.Ask("urgent", gpu, 1, priority: 5);
        fixture.Seconds(10);

        Granted(waiting);
    }

    [Fact]
    public void Ask_HolderEndsAtOnce_ContinuesWithoutNesting()
    {
        ResourceLease? lease = null;
        lease = leases.Grant(gpu.MustTake(4), "polite", preemption: new PreemptionTerms(0, TimeSpan.FromSeconds(10), _ => lease!.Dispose()));

        var waiting = fixture.Ask("urgent", gpu, 4, priority: 5);

        Granted(waiting);
    }

    private ResourceLease Hold(string holder, long amount, int priority) => leases.Grant(gpu.MustTake(amount), holder, preemption: Terms(holder, priority));

    private PreemptionTerms Terms(string holder, int priority) => new(priority, TimeSpan.FromSeconds(10), notice =>
    {
        Assert.Equal(holder, notice.Lease.Holder);
        asked.Add(holder);
    });
}
