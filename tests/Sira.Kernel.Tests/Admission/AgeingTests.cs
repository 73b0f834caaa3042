using Sira.Kernel.Admission;
using Sira.Kernel.Resources;
using Sira.Kernel.Tests.Resources;
using static Sira.Kernel.Tests.Admission.AdmissionFixture;

namespace Sira.Kernel.Tests.Admission;

public sealed class AgeingTests
{
    private readonly AdmissionFixture fixture = new();
    private readonly ConcurrencyPool slots = new("slots", 1);

    [Theory]
    [InlineData(9, "new")]
    [InlineData(10, "old")]
    [InlineData(25, "old")]
    public void ReserveAsync_WaitedForAnInterval_HasGrownByOne(double waited, string expected)
    {
        var queue = Ageing();
        var held = slots.MustTake(1);
        _ = fixture.Ask("old", slots, priority: 0, queue: queue);
        fixture.Seconds(waited);
        _ = fixture.Ask("new", slots, priority: 1, queue: queue);

        held.Release();

        Assert.Equal([expected], fixture.Served);
    }

    [Fact]
    public void ReserveAsync_EndlessStreamOfMoreImportant_DoesNotKeepItForEver()
    {
        var queue = Ageing();
        var running = slots.MustTake(1);
        var old = fixture.Ask("old", slots, priority: 0, queue: queue);
        for (var i = 0; i < 100 && !old.IsCompleted; i++)
        {
            var next = fixture.Ask($"new {i}", slots, priority: 2, queue: queue);
            fixture.Seconds(5);
            running.Release();
            running = old.IsCompleted ? Granted(old) : Granted(next);
        }

        Assert.True(old.IsCompleted);
        Assert.InRange(Granted(old) is null ? 0 : Result(old).Waited.TotalSeconds, 20, 30);
    }

    [Fact]
    public void ReserveAsync_WithoutAgeing_WaitsAsLongAsMoreImportantCome()
    {
        var running = slots.MustTake(1);
        var queue = fixture.NewQueue(maximumWaitSeconds: 10_000);
        var old = fixture.Ask("old", slots, queue: queue);
        for (var i = 0; i < 100; i++)
        {
            var next = fixture.Ask($"new {i}", slots, priority: 2, queue: queue);
            fixture.Seconds(5);
            running.Release();
            running = Granted(next);
        }

        Assert.False(old.IsCompleted);
    }

    [Fact]
    public void ReserveAsync_AgedInAFullQueue_IsNotDisplacedByWhatItHasPassed()
    {
        var queue = Ageing(maximumLength: 1);
        slots.MustTake(1);
        var old = fixture.Ask("old", slots, queue: queue);
        fixture.Seconds(20);

        Assert.Equal(AdmissionRefusal.Full, Result(fixture.Ask("new", slots, priority: 2, queue: queue)).Refusal);
        Assert.False(old.IsCompleted);
        Assert.Equal(AdmissionRefusal.TimedOut, ResultAfter(100, old).Refusal);
        Assert.Equal((0, 0), (queue.Length, fixture.Time.ActiveTimers));
    }

    private QueuedReservation ResultAfter(double seconds, Task<QueuedReservation> asked)
    {
        fixture.Seconds(seconds);
        return Result(asked);
    }

    private AdmissionQueue Ageing(int maximumLength = 100) =>
        new(new AdmissionQueueOptions { MaximumLength = maximumLength, MaximumWait = TimeSpan.FromSeconds(100), Ageing = TimeSpan.FromSeconds(10) }, fixture.Time);
}
