using System.Collections.Concurrent;
using Sira.Kernel.Admission;
using Sira.Kernel.Resources;
using Sira.Kernel.Tests.Support;
using Sira.Kernel.Time;

namespace Sira.Kernel.Tests.Admission;

public sealed class AdmissionConcurrencyTests
{
    private const int Threads = 8;
    private static readonly TimeSpan Hang = TimeSpan.FromSeconds(60);

    private readonly ResourceScheduler scheduler = new();

    [Fact]
    public void ReserveAsync_ManyThreads_NeverExceedTheLimitAndLoseNoWakeUp()
    {
        // No timer can come to the rescue: the slots know no retry time and the deadline is an hour away.
        var queue = new AdmissionQueue(new AdmissionQueueOptions { MaximumWait = TimeSpan.FromHours(1) }, TimeProvider.System);
        var outer = new ConcurrencyPool("outer", 3);
        var inner = new ConcurrencyPool("inner", 2);
        long heldOuter = 0, heldInner = 0;

        TestThreads.Run(Threads, (thread, random) =>
        {
            for (var i = 0; i < 15_000; i++)
            {
                var both = random.Next(2) == 0;
                var amount = 1 + random.Next(2);
                ResourceRequest[] requests = both ? [new(outer, amount), new(inner, 1)] : random.Next(2) == 0 ? [new(outer, amount)] : [new(inner, 1), new(outer, amount)];
                var usesInner = requests.Length == 2;
                using var reservation = Wait(scheduler.ReserveAsync(requests, queue, new QueueEntry(random.Next(3)))).Reservation!;
                Assert.InRange(Interlocked.Add(ref heldOuter, amount), 1, 3);
                Assert.InRange(Interlocked.Add(ref heldInner, usesInner ? 1 : 0), 0, 2);
                Interlocked.Add(ref heldInner, usesInner ? -1 : 0);
                Interlocked.Add(ref heldOuter, -amount);
            }
        });

        Assert.Equal((0L, 0L, 0), (outer.Used, inner.Used, queue.Length));
    }

    [Fact]
    public void ReserveAsync_CancelledTimedOutAndDisplacedAtAnyMoment_LeaksNothing()
    {
        var queues = new[] { new AdmissionQueue(new AdmissionQueueOptions { MaximumLength = 3 }, TimeProvider.System), new AdmissionQueue(AdmissionQueueOptions.Default, TimeProvider.System) };
        var slots = new ConcurrencyPool("slots", 2);
        var window = WindowPool.Sliding("window", 1_000, TimeSpan.FromMilliseconds(50), TimeProvider.System);
        var ended = new ConcurrentDictionary<string, int>();

        TestThreads.Run(Threads, (thread, random) =>
        {
            for (var i = 0; i < 4_000; i++)
            {
                using var cancel = new CancellationTokenSource();
                var entry = new QueueEntry(random.Next(3), random.Next(3) == 0 ? TimeSpan.FromMilliseconds(random.Next(3)) : null);
                var asked = scheduler.ReserveAsync([new(slots, 1 + random.Next(2)), new(window, 1 + random.Next(3))], queues[random.Next(2)], entry, cancel.Token).AsTask();
                if (random.Next(3) == 0)
                {
                    Thread.SpinWait(random.Next(500));
                    cancel.Cancel();
                }

                try
                {
                    var result = Wait(new ValueTask<QueuedReservation>(asked));
                    ended.AddOrUpdate(result.Refusal.ToString(), 1, static (_, count) => count + 1);
                    Assert.InRange(slots.Used, 0, 2);
                    Thread.SpinWait(random.Next(200));
                    result.Reservation?.Settle([1, random.Next(2)]);
                }
                catch (OperationCanceledException)
                {
                    ended.AddOrUpdate("cancelled", 1, static (_, count) => count + 1);
                }
            }
        });

        Assert.Equal((0L, 0, 0), (slots.Used, queues[0].Length, queues[1].Length));
        Assert.Superset(new HashSet<string> { "None", "Full", "cancelled" }, ended.Keys.ToHashSet());
    }

    [Fact]
    public void ReserveAsync_LimitsChangeMeanwhile_NobodyIsForgotten()
    {
        var queue = new AdmissionQueue(new AdmissionQueueOptions { MaximumWait = TimeSpan.FromHours(1) }, TimeProvider.System);
        var slots = new ConcurrencyPool("slots", 2);
        var running = Threads - 1;

        TestThreads.Run(Threads, (thread, random) =>
        {
            if (thread == 0)
            {
                while (Volatile.Read(ref running) > 0)
                {
                    slots.ChangeLimit(2 + random.Next(4));
                }

                return;
            }

            for (var i = 0; i < 10_000; i++)
            {
                Wait(scheduler.ReserveAsync([new(slots, 1 + random.Next(2))], queue)).Reservation!.Release();
            }

            Interlocked.Decrement(ref running);
        });

        Assert.Equal((0L, 0), (slots.Used, queue.Length));
    }

    [Fact]
    public async Task ReserveAsync_InlineContinuationsOnManyThreads_AllEnd()
    {
        var queue = new AdmissionQueue(new AdmissionQueueOptions { MaximumLength = 10_000, MaximumWait = TimeSpan.FromHours(1) }, TimeProvider.System);
        var slots = new ConcurrencyPool("slots", 3);
        var tasks = new ConcurrentBag<Task>();
        long most = 0;

        TestThreads.Run(Threads, (thread, random) =>
        {
            for (var i = 0; i < 200; i++)
            {
                tasks.Add(UseAsync(20));
            }
        });

        await Task.WhenAll(tasks).WaitAsync(Hang);
        Assert.InRange(most, 1, 3);
        Assert.Equal((0L, 0), (slots.Used, queue.Length));

        async Task UseAsync(int times)
        {
            for (var i = 0; i < times; i++)
            {
                using var reservation = (await scheduler.ReserveAsync([new(slots, 1)], queue).ConfigureAwait(false)).Reservation!;
                most = Math.Max(most, slots.Used);
            }
        }
    }

    private static QueuedReservation Wait(ValueTask<QueuedReservation> asked)
    {
        var task = asked.AsTask();
        Assert.True(Task.WaitAny([task], Hang) == 0, "It waits although there is room.");
        return task.GetAwaiter().GetResult();
    }
}
