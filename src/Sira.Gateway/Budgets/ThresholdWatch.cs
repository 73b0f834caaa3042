using Sira.Gateway.Events;
using Sira.Kernel.Messaging;

namespace Sira.Gateway.Budgets;

/// <summary>What of a pool's thresholds has been told. Lives as long as the pool, so that a reload tells nothing twice.</summary>
/// <remarks>
/// A threshold is reached by what is settled, and left when what is settled and reserved together is below it. Between the two nothing changes but by the window's movement: reservations that come and go cannot tell a threshold twice.
/// What is settled is the pool's use less what calls hold. Both counts below only grow, and are read so that what is held is never taken for less than it is.
/// </remarks>
internal sealed class ThresholdWatch
{
    private long begun;
    private long ended;

    // The highest share that has been told and not been left; 0 for none.
    private double told;

    /// <summary>Notes an amount that is about to be reserved.</summary>
    public void Begin(long amount) => Interlocked.Add(ref begun, amount);

    /// <summary>Notes that an amount is reserved no longer.</summary>
    public void End(long amount) => Interlocked.Add(ref ended, amount);

    /// <summary>Whether a share is reached now.</summary>
    public bool IsReached(in CallPool pool, in Threshold threshold)
    {
        if (Volatile.Read(ref told) < threshold.Share)
        {
            return false;
        }

        if (pool.Pool.Used >= threshold.Amount)
        {
            return true;
        }

        Update(pool, bus: null);
        return false;
    }

    /// <summary>Tells what has been reached, each share once until it has been left. Called whenever an amount is held no longer, used or not: until then it may have hidden what others have settled.</summary>
    /// <param name="pool">The pool.</param>
    /// <param name="bus">Where to tell it; <see langword="null"/> only to note what has been left.</param>
    public void Update(in CallPool pool, IMessageBus? bus)
    {
        var thresholds = pool.Budget.Thresholds;
        while (true)
        {
            var before = Volatile.Read(ref told);
            var over = Volatile.Read(ref ended);
            var used = pool.Pool.Used;
            var settled = used - (Volatile.Read(ref begun) - over);
            var reached = Highest(thresholds, settled);
            if (reached <= before)
            {
                // Nothing more is reached; perhaps something is left.
                reached = Math.Min(before, Highest(thresholds, used));
            }

            if (reached == before || (reached > before && bus is null))
            {
                return;
            }

            if (Interlocked.CompareExchange(ref told, reached, before) == before)
            {
                Publish(pool, before, reached, settled, bus);
                return;
            }
        }
    }

    private static double Highest(Threshold[] thresholds, long amount)
    {
        var highest = 0d;
        foreach (var (share, least) in thresholds)
        {
            highest = amount >= least ? share : highest;
        }

        return highest;
    }

    private static void Publish(in CallPool pool, double before, double reached, long settled, IMessageBus? bus)
    {
        if (bus?.HasSubscribers<BudgetThresholdReached>() != true)
        {
            return;
        }

        var unit = pool.Pool.Unit;
        foreach (var (share, _) in pool.Budget.Thresholds)
        {
            if (share > before && share <= reached)
            {
                bus.Publish(new BudgetThresholdReached(pool.Pool.Name, pool.Budget.Scope, pool.Value, share, settled / unit.Scale, pool.Pool.Limit / unit.Scale, unit.Name));
            }
        }
    }
}
