namespace Sira.Session.Memory.Segments;

/// <summary>The partitions that are in memory, within a bound.</summary>
internal sealed class MemoryPartitions(int maximumItems)
{
    // What a partition takes besides its items, so that owners who have nothing are bounded too.
    private const int OwnWeight = 32;

    private readonly Lock gate = new();
    private readonly Dictionary<MemoryOwner, MemoryPartition> partitions = [];
    private long uses;
    private long weight;

    /// <summary>Returns the partition of an owner, with its writer's place taken, so that it stays.</summary>
    public async ValueTask<MemoryPartition> EnterAsync(MemoryOwner owner, CancellationToken cancellationToken)
    {
        while (true)
        {
            var partition = Find(owner);
            await partition.Writer.WaitAsync(cancellationToken).ConfigureAwait(false);
            if (!partition.IsRetired)
            {
                return partition;
            }

            partition.Writer.Release();
        }
    }

    /// <summary>Returns the partition of an owner if it has been read from the store.</summary>
    public MemoryPartition? FindLoaded(MemoryOwner owner)
    {
        lock (gate)
        {
            if (!partitions.TryGetValue(owner, out var partition) || !partition.IsLoaded)
            {
                return null;
            }

            partition.LastUse = ++uses;
            return partition;
        }
    }

    /// <summary>Returns the owners of a tenant that are in memory.</summary>
    public List<MemoryOwner> Of(string? tenant)
    {
        lock (gate)
        {
            return partitions.Keys.Where(owner => string.Equals(owner.Tenant, tenant, StringComparison.Ordinal)).ToList();
        }
    }

    /// <summary>Takes a partition out of memory. Its writer's place must be held.</summary>
    public void Retire(MemoryPartition partition)
    {
        lock (gate)
        {
            partition.IsRetired = true;
            partitions.Remove(partition.Owner);
            (weight, partition.Weight) = (weight - partition.Weight, 0);
        }

        partition.Clear();
    }

    /// <summary>Takes those out that were not asked for longest, until no more is in memory than may be. Who is at work stays.</summary>
    /// <param name="used">The one that was asked just now, which stays.</param>
    public void Trim(MemoryPartition used)
    {
        List<MemoryPartition> candidates;
        lock (gate)
        {
            var now = used.IsRetired ? 0 : used.Count + OwnWeight;
            (weight, used.Weight) = (weight + now - used.Weight, now);
            if (weight <= maximumItems)
            {
                return;
            }

            candidates = partitions.Values.Where(partition => partition != used).OrderBy(static partition => partition.LastUse).ToList();
        }

        foreach (var partition in candidates)
        {
            if (!partition.Writer.Wait(0))
            {
                continue;
            }

            try
            {
                if (!partition.IsRetired)
                {
                    Retire(partition);
                }
            }
            finally
            {
                partition.Writer.Release();
            }

            lock (gate)
            {
                if (weight <= maximumItems)
                {
                    return;
                }
            }
        }
    }

    private MemoryPartition Find(MemoryOwner owner)
    {
        lock (gate)
        {
            if (!partitions.TryGetValue(owner, out var partition))
            {
                partitions.Add(owner, partition = new MemoryPartition(owner));
            }

            partition.LastUse = ++uses;
            return partition;
        }
    }
}
