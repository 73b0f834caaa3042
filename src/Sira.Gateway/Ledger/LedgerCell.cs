using System.Runtime.CompilerServices;
using Sira.Errors;
using Sira.Gateway.Budgets;
using Sira.Gateway.Decisions;
using Sira.Kernel.Resources;

namespace Sira.Gateway.Ledger;

/// <summary>The sums of one combination of dimensions on one day. Attempts are added by any number of threads without a lock.</summary>
/// <remarks>
/// Costs are whole pico-dollars. Each is added in two parts, its lower 32 bits and the rest, to counters of their own: so a cell holds two billion attempts of any cost without overflow, and without a carry that a reader could miss.
/// An attempt of less than 2³² pico-dollars (0.43 cents) touches only one of them.
/// </remarks>
internal sealed class LedgerCell
{
    public const int Counts = (int)LedgerCount.UnpricedAttempts + 1;

    private const int CostBits = 32;

    private Counters counters;

    public bool IsEmpty => Read(LedgerCount.Answered) + Read(LedgerCount.Failed) + Read(LedgerCount.Cancelled) + Read(LedgerCount.Pending) == 0;

    public void Add(in AttemptFacts attempt, in Bill bill, in ReportedTokens tokens)
    {
        Add(OutcomeOf(attempt), 1);
        var (input, output) = (tokens.Input ?? 0, tokens.Output ?? 0);
        Add(LedgerCount.Input, input);
        Add(LedgerCount.CachedInput, tokens.Cached ?? 0);
        Add(LedgerCount.CacheWrite, tokens.CacheWrite ?? 0);
        Add(LedgerCount.Output, output);
        Add(LedgerCount.Reasoning, tokens.Reasoning ?? 0);
        Add(bill.IsEstimated ? LedgerCount.Estimated : LedgerCount.Surplus, Math.Max(0, bill.Tokens - input - output));
        Add(LedgerCount.EstimatedAttempts, bill.IsEstimated ? 1 : 0);
        if (bill.PicoDollars is not { } cost)
        {
            Add(LedgerCount.UnpricedAttempts, 1);
            return;
        }

        Add(LedgerCount.CostLow, cost & uint.MaxValue);
        Add(LedgerCount.CostHigh, cost >> CostBits);
        if (bill.IsEstimated)
        {
            Add(LedgerCount.EstimatedCostLow, cost & uint.MaxValue);
            Add(LedgerCount.EstimatedCostHigh, cost >> CostBits);
        }
    }

    /// <summary>Adds another cell. For one thread only.</summary>
    public void Add(LedgerCell other)
    {
        for (var i = 0; i < Counts; i++)
        {
            counters[i] += other.Read((LedgerCount)i);
        }
    }

    /// <summary>Reads the counters, in the order of <see cref="LedgerCount"/>.</summary>
    public long[] ReadAll()
    {
        var all = new long[Counts];
        for (var i = 0; i < Counts; i++)
        {
            all[i] = Read((LedgerCount)i);
        }

        return all;
    }

    /// <summary>Adds what <see cref="ReadAll"/> gave, or takes it away again.</summary>
    public void AddAll(long[] all, int sign)
    {
        for (var i = 0; i < Counts; i++)
        {
            Add((LedgerCount)i, sign * all[i]);
        }
    }

    public LedgerRow ToRow(in LedgerKey key)
    {
        var (answered, failed, cancelled, pending) = (Read(LedgerCount.Answered), Read(LedgerCount.Failed), Read(LedgerCount.Cancelled), Read(LedgerCount.Pending));
        var (input, output, estimated) = (Read(LedgerCount.Input), Read(LedgerCount.Output), Read(LedgerCount.Estimated));
        return new LedgerRow
        {
            Tenant = key.Tenant,
            Team = key.Team,
            User = key.User,
            Key = key.Key,
            Route = key.Route,
            Target = key.Target,
            Model = key.Model,
            Variant = key.Variant,
            Attempts = answered + failed + cancelled + pending,
            Answered = answered,
            Failed = failed,
            Cancelled = cancelled,
            Pending = pending,
            InputTokens = input,
            CachedInputTokens = Read(LedgerCount.CachedInput),
            CacheWriteTokens = Read(LedgerCount.CacheWrite),
            OutputTokens = output,
            ReasoningTokens = Read(LedgerCount.Reasoning),
            EstimatedTokens = estimated,
            TotalTokens = input + output + estimated + Read(LedgerCount.Surplus),
            Cost = ReadUsd(LedgerCount.CostLow, LedgerCount.CostHigh),
            EstimatedCost = ReadUsd(LedgerCount.EstimatedCostLow, LedgerCount.EstimatedCostHigh),
            EstimatedAttempts = Read(LedgerCount.EstimatedAttempts),
            UnpricedAttempts = Read(LedgerCount.UnpricedAttempts),
        };
    }

    // A response that goes on in the background has neither an error nor a usage, and nothing is reckoned for it yet.
    private static LedgerCount OutcomeOf(in AttemptFacts attempt) => attempt.Error switch
    {
        null when attempt.Usage is null && !attempt.IsEstimated => LedgerCount.Pending,
        null => LedgerCount.Answered,
        BackendErrorKind.Cancelled => LedgerCount.Cancelled,
        _ => LedgerCount.Failed,
    };

    // Most counts of most attempts are zero, and adding that to a line of memory that others use is not free.
    private void Add(LedgerCount count, long value)
    {
        if (value != 0)
        {
            Interlocked.Add(ref counters[(int)count], value);
        }
    }

    private long Read(LedgerCount count) => Volatile.Read(ref counters[(int)count]);

    private decimal ReadUsd(LedgerCount low, LedgerCount high) => (decimal)(((Int128)Read(high) << CostBits) + Read(low)) / Money.PicoDollarsPerUsd;

    [InlineArray(Counts)]
    private struct Counters
    {
        private long first;
    }
}
