using Sira.Kernel.Resources;
using Sira.Kernel.Time;
using Sira.Simulation.Time;

namespace Sira.Kernel.Tests.Resources;

public sealed class WindowPoolModelTests
{
    // 63 periods of a second.
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(63);

    [Theory]
    [InlineData(1, 1_000_000, 1)]
    [InlineData(2, 100_000, 1)]
    [InlineData(3, 100_000, 1)]

    // Some of these amounts, and most of the sums of a period, are more than one word of the pool holds.
    [InlineData(4, 100_000, 1L << 41)]
    [InlineData(5, 100_000, 1L << 46)]
    public void Sliding_RandomOperations_EqualTheModel(int seed, int operations, long scale)
    {
        var random = new SeededRandomSource(seed);
        var time = new VirtualTimeProvider();
        var start = time.GetUtcNow();
        var model = new SlidingWindowModel(TimeSpan.TicksPerSecond, 64);
        var limit = 100 * scale;
        var lowered = TimeSpan.Zero;
        var pool = WindowPool.Sliding("tokens", limit, Window, time);
        var open = new List<(Reservation Reservation, SlidingWindowModel.Entry Entry)>();
        int granted = 0, refused = 0, debts = 0;

        for (var i = 0; i < operations; i++)
        {
            var now = (time.GetUtcNow() - start).Ticks;
            switch (random.Next(10))
            {
                case < 4:
                    var amount = (1 + random.Next(random.Next(8) == 0 ? 120 : 20)) * scale;
                    var used = model.Used(now);
                    if (pool.Take(amount) is { } reservation)
                    {
                        Assert.True(used + amount <= limit, "granted more than the model");
                        open.Add((reservation, model.Reserve(now, amount)));
                        granted++;

                        // The promise itself, for as long as no limit was lowered within the window.
                        if (TimeSpan.FromTicks(now) - lowered > Window)
                        {
                            Assert.True(model.ReservedWithin(now, Window.Ticks) <= limit);
                        }
                    }
                    else
                    {
                        Assert.True(used + amount > limit, "refused what the model grants");
                        refused++;
                        var retryAfter = pool.MustRefuse(amount).RetryAfter;
                        Assert.Equal(amount > limit ? null : TimeSpan.FromTicks(model.FitsAt(now, amount, limit) - now), retryAfter);
                    }

                    break;
                case < 7 when open.Count > 0:
                    var index = random.Next(open.Count);
                    var (held, entry) = open[index];
                    open[index] = open[^1];
                    open.RemoveAt(open.Count - 1);
                    var actual = random.Next(6) switch
                    {
                        0 => 0,
                        1 => entry.Amount,
                        2 => entry.Amount + (random.Next(40) * scale),
                        _ => random.Next((int)(entry.Amount / scale) + 1) * scale,
                    };
                    debts += actual > entry.Amount ? 1 : 0;
                    if (actual == 0 && random.Next(2) == 0)
                    {
                        held.Release();
                    }
                    else
                    {
                        held.Settle([actual]);
                    }

                    model.Settle(now, entry, actual);
                    break;
                case < 9:
                    time.Advance(TimeSpan.FromTicks(random.Next(20) switch
                    {
                        0 => Window.Ticks + random.Next((int)TimeSpan.TicksPerSecond * 2),
                        1 => TimeSpan.TicksPerSecond - (now % TimeSpan.TicksPerSecond),
                        2 => TimeSpan.TicksPerSecond - (now % TimeSpan.TicksPerSecond) - 1,
                        _ => random.Next((int)TimeSpan.TicksPerSecond * 3),
                    }));
                    break;
                default:
                    if (random.Next(50) == 0)
                    {
                        var next = (20 + random.Next(200)) * scale;
                        lowered = next < limit ? TimeSpan.FromTicks(now) : lowered;
                        pool.ChangeLimit(limit = next);
                    }

                    break;
            }

            Assert.Equal(model.Used((time.GetUtcNow() - start).Ticks), pool.Used);
        }

        foreach (var (reservation, entry) in open)
        {
            reservation.Release();
        }

        time.Advance(Window * 2);
        Assert.Equal(0, pool.Used);
        Assert.True(granted > operations / 50 && refused > operations / 50 && debts > operations / 100, $"{granted} granted, {refused} refused, {debts} debts: the run proves little");
    }
}
