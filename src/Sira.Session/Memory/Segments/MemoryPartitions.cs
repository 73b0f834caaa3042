namespace Sira.Session.Memory.Segments;

/// <summary>The partitions that are in memory, within a bound.</summary>
internal sealed class MemoryPartitions(int maximumItems)
{
    private readonly Lock gate = new();
    private readonly Dictionary<MemoryOwner, MemoryPartition> partitions = [];
    private long uses;

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
        var partition = Find(owner);
        return partition.IsLoaded && !partition.IsRetired ? partition : null;
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
        }

        partition.Clear();
    }

    /// <summary>Takes those out that were not asked for longest, until no more is in memory than may be. Who is at work stays.</summary>
    /// <param name="except">The one that was asked just now.</param>
    public void Trim(MemoryPartition except)
    {
        List<MemoryPartition> candidates;
        lock (gate)
        {
            if (partitions.Values.Sum(static partition => (long)partition.Count) <= maximumItems)
            {
                return;
            }

            candidates = partitions.Values.Where(partition => partition != except).OrderBy(static partition => partition.LastUse).ToList();
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
                if (partitions.Values.Sum(static other => (long)other.Count) <= maximumItems)
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
