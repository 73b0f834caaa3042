using Sira.Errors;
using Sira.Gateway.Budgets;
using Sira.Gateway.Decisions;
using Sira.Gateway.Ledger;
using Sira.Kernel.Resources;

namespace Sira.Gateway.Tests.Ledger;

public class LedgerStoreTests
{
    private const int Today = 740_000;

    private static LedgerKey Key(string? user, string route = "r") => new("t", null, user, null, route, "a/m", "m", null);

    private static LedgerRow Sum(LedgerStore store, int today = Today)
    {
        var sum = new LedgerCell();
        foreach (var (_, cell) in store.GetDays(today).SelectMany(day => day.Cells))
        {
            sum.Add(cell);
        }

        return sum.ToRow(LedgerKey.Rest);
    }

    [Fact]
    public void Costs_AreExact_FromOnePicoDollarToTheMostThatCanBe()
    {
        var cell = new LedgerCell();
        long[] costs = [1, 999_999_999_999, uint.MaxValue, (long)uint.MaxValue + 1, long.MaxValue, long.MaxValue, long.MaxValue, 0];
        foreach (var cost in costs)
        {
            cell.Add(new AttemptFacts { PicoDollars = cost, IsEstimated = true }, new Bill(0, cost, IsEstimated: true), default);
        }

        var row = cell.ToRow(LedgerKey.Rest);
        var expected = costs.Sum(cost => (decimal)cost) / Money.PicoDollarsPerUsd;
        Assert.Equal((expected, expected, 8L), (row.Cost, row.EstimatedCost, row.EstimatedAttempts));
    }

    [Fact]
    public void ManyThreads_OverMidnights_WithTooFewCells_LoseNothing()
    {
        const int Workers = 8;
        const int AttemptsEach = 20_000;
        var store = new LedgerStore();
        store.Configure(retention: 1000, maximumCells: 200, Today);
        using var start = new Barrier(Workers + 1);
        var reads = 0;
        var threads = Enumerable.Range(0, Workers).Select(worker => new Thread(() =>
        {
            start.SignalAndWait();
            for (var i = 0; i < AttemptsEach; i++)
            {
                // All threads come over each midnight within a day of each other, as threads with one clock do.
                var cost = ((long)i << 20) + worker;
                store.Find(Today + (i / (AttemptsEach / 10)), Key($"user-{(i * 7) + worker}", $"route-{i % 3}"))
                    .Add(new AttemptFacts { PicoDollars = cost, Error = i % 2 == 0 ? null : BackendErrorKind.Overloaded, IsEstimated = true }, new Bill(3, cost, IsEstimated: true), default);
                if (i % (AttemptsEach / 10) == 0)
                {
                    start.SignalAndWait();
                }
            }
        })).ToArray();
        Array.ForEach(threads, static thread => thread.Start());
        start.SignalAndWait();
        var last = 0L;
        for (var day = 0; day < 10; day++)
        {
            start.SignalAndWait();
            var attempts = Sum(store, Today + day).Attempts;
            Assert.InRange(attempts, last, Workers * AttemptsEach);
            last = attempts;
            reads++;
        }

        Array.ForEach(threads, static thread => thread.Join());

        var row = Sum(store, Today + 9);
        var expected = Enumerable.Range(0, Workers).Sum(worker => Enumerable.Range(0, AttemptsEach).Sum(i => (decimal)(((long)i << 20) + worker))) / Money.PicoDollarsPerUsd;
        Assert.Equal((expected, expected), (row.Cost, row.EstimatedCost));
        Assert.Equal((Workers * AttemptsEach, Workers * AttemptsEach / 2, 3L * Workers * AttemptsEach, 10), (row.Attempts, row.Answered, row.TotalTokens, reads));
        Assert.InRange(store.GetDays(Today + 9).Sum(day => day.Cells.Count()), 10, 200 + 10);
    }

    [Fact]
    public void ClockSetBack_LosesNothing()
    {
        var store = new LedgerStore();
        foreach (var day in (int[])[100, 99, 101, 99, 100])
        {
            store.Find(day, Key("user")).Add(default, default, default);
        }

        Assert.Equal([(99, 2L), (100, 2L), (101, 1L)], store.GetDays(101).Select(day => (day.Number, day.Cells.Sum(pair => pair.Value.ToRow(pair.Key).Attempts))));
    }

    [Fact]
    public void KnownCell_IsFoundWithoutAllocation()
    {
        var store = new LedgerStore();
        Record(store, 10);
        var before = GC.GetAllocatedBytesForCurrentThread();

        Record(store, 10_000);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void FullLedger_FoldsWithoutAllocation()
    {
        var store = new LedgerStore();
        store.Configure(retention: 10, maximumCells: 10, Today);
        var users = Enumerable.Range(0, 1000).Select(static i => $"user-{i}").ToArray();
        All();
        var before = GC.GetAllocatedBytesForCurrentThread();

        All();

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(2000, Sum(store).Attempts);

        void All()
        {
            foreach (var user in users)
            {
                store.Find(Today, Key(user)).Add(default, default, default);
            }
        }
    }

    private static void Record(LedgerStore store, int attempts)
    {
        for (var i = 0; i < attempts; i++)
        {
            store.Find(Today, Key("user")).Add(new AttemptFacts { PicoDollars = 5 }, new Bill(3, 5, IsEstimated: false), default);
        }
    }
}
