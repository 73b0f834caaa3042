using Sira.Kernel.Overload;

namespace Sira.Gateway.Capacity;

/// <summary>How much a target takes: the pools of its limits and of its backend's, and what follows its own signs of overload.</summary>
internal sealed class TargetCapacity(CapacityPool[] pools, AdaptiveConcurrencyLimit[] adaptive, AdaptiveThrottle[] throttles)
{
    public static TargetCapacity Unlimited { get; } = new([], [], []);

    /// <summary>What a call reserves from.</summary>
    public CapacityPool[] Pools => pools;

    /// <summary>Asks whether a call may be made in spite of an overload, and counts it.</summary>
    public bool TryPassThrottles()
    {
        for (var i = 0; i < throttles.Length; i++)
        {
            if (!throttles[i].TryEnter())
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Notes what a call that ended says of the load.</summary>
    /// <param name="outcome">What it says.</param>
    /// <param name="wasTaken">Whether the target took it, whatever came of it then; one that the caller cancelled says nothing.</param>
    public void Record(ConcurrencyOutcome outcome, bool wasTaken)
    {
        foreach (var limit in adaptive)
        {
            limit.Record(outcome);
        }

        foreach (var throttle in throttles)
        {
            if (outcome == ConcurrencyOutcome.Overloaded)
            {
                throttle.RecordRefused();
            }
            else if (wasTaken)
            {
                throttle.RecordAccepted();
            }
        }
    }
}
