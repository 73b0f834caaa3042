using Sira.Gateway.Caching.Keys;

namespace Sira.Gateway.Caching.Semantic;

/// <summary>The questions whose answers are kept, by partition. Bounded per partition and in all: the partition that was not used for longest makes room.</summary>
internal sealed class SemanticIndex(SemanticCacheOptions options, bool isLexical)
{
    private readonly Lock gate = new();
    private readonly Dictionary<CacheKey, LinkedListNode<(CacheKey Key, SemanticPartition Partition)>> partitions = [];
    private readonly LinkedList<(CacheKey Key, SemanticPartition Partition)> byUse = [];

    public int Count { get; private set; }

    public SemanticMatch? Find(CacheKey partition, float[] vector, Question question)
    {
        lock (gate)
        {
            return TryUse(partition) is { } found ? found.Find(vector, question, options.SimilarityThreshold, isLexical) : null;
        }
    }

    public void Add(CacheKey partition, CacheKey key, float[] vector, Question question)
    {
        lock (gate)
        {
            if (TryUse(partition) is not { } found)
            {
                found = new SemanticPartition(options.MaxEntriesPerPartition);
                partitions.Add(partition, byUse.AddFirst((partition, found)));
            }

            Count -= found.Count;
            found.Add(key, vector, question);
            Count += found.Count;
            while (Count > options.MaxEntries)
            {
                Remove(byUse.Last!);
            }
        }
    }

    /// <summary>Forgets a question whose answer is gone.</summary>
    public void Remove(CacheKey partition, CacheKey key)
    {
        lock (gate)
        {
            if (partitions.TryGetValue(partition, out var node))
            {
                var found = node.Value.Partition;
                Count -= found.Count;
                found.Remove(key);
                Count += found.Count;
                if (found.Count == 0)
                {
                    Remove(node);
                }
            }
        }
    }

    private SemanticPartition? TryUse(CacheKey partition)
    {
        if (!partitions.TryGetValue(partition, out var node))
        {
            return null;
        }

        byUse.Remove(node);
        byUse.AddFirst(node);
        return node.Value.Partition;
    }

    private void Remove(LinkedListNode<(CacheKey Key, SemanticPartition Partition)> node)
    {
        Count -= node.Value.Partition.Count;
        partitions.Remove(node.Value.Key);
        byUse.Remove(node);
    }
}
