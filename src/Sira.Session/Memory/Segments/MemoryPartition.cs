using System.Buffers;
using System.Numerics.Tensors;
using Sira.Session.Memory.Search;

namespace Sira.Session.Memory.Segments;

/// <summary>What an owner has, in memory.</summary>
#pragma warning disable CA1001 // A semaphore whose wait handle nobody asks for holds nothing, and somebody may still wait when the partition is retired.
internal sealed class MemoryPartition(MemoryOwner owner)
#pragma warning restore CA1001
{
    private readonly Lock gate = new();
    private readonly List<MemoryEntry> entries = [];
    private readonly Dictionary<(string Session, long Version), MemoryItem> known = [];
    private readonly Bm25Index index = new();
    private volatile bool isLoaded;
    private volatile bool isRetired;

    public MemoryOwner Owner => owner;

    /// <summary>Held by who reads it from the store or writes to it.</summary>
    public SemaphoreSlim Writer { get; } = new(1);

    /// <summary>The segments in the store by their names, and how long they are.</summary>
    public Dictionary<string, int> Segments { get; } = new(StringComparer.Ordinal);

    public bool IsLoaded
    {
        get => isLoaded;
        set => isLoaded = value;
    }

    /// <summary>Whether it has left memory: another one takes its place.</summary>
    public bool IsRetired
    {
        get => isRetired;
        set => isRetired = value;
    }

    /// <summary>When it was last asked, in the order of asking.</summary>
    public long LastUse { get; set; }

    /// <summary>What it counts for in the sum of all partitions.</summary>
    public long Weight { get; set; }

    public int Count
    {
        get
        {
            lock (gate)
            {
                return entries.Count;
            }
        }
    }

    /// <summary>The words that it knows.</summary>
    public IReadOnlyCollection<string> Words
    {
        get
        {
            lock (gate)
            {
                return [.. index.Words];
            }
        }
    }

    public bool Has(MemoryItem item)
    {
        lock (gate)
        {
            return known.ContainsKey((item.SessionId, item.Version));
        }
    }

    public bool Any(Predicate<MemoryItem> isMeant)
    {
        lock (gate)
        {
            return entries.Exists(entry => isMeant(entry.Item));
        }
    }

    /// <summary>Gives items the vectors of those that they are copies of.</summary>
    public void CopyVectors(MemoryEntry[] added)
    {
        var byVersion = added.Select(static (entry, i) => (entry.Item, i)).ToLookup(static pair => (pair.Item.Version, pair.Item.At), static pair => pair.i);
        lock (gate)
        {
            foreach (var entry in entries)
            {
                foreach (var i in entry.Vector is null ? [] : byVersion[(entry.Item.Version, entry.Item.At)])
                {
                    added[i] = IsCopy(added[i].Item, entry.Item) ? added[i] with { Vector = entry.Vector } : added[i];
                }
            }
        }
    }

    public void Add(IReadOnlyList<MemoryEntry> added)
    {
        lock (gate)
        {
            foreach (var entry in added)
            {
                if (known.TryAdd((entry.Item.SessionId, entry.Item.Version), entry.Item))
                {
                    entries.Add(entry);
                    index.Add(entry.Item.Text);
                }
            }
        }
    }

    /// <summary>Forgets what it knows; what the store has stays there.</summary>
    public void Clear() => Remove(static _ => true);

    /// <summary>Forgets items, with every word that only they have.</summary>
    /// <returns>How many.</returns>
    public int Remove(Predicate<MemoryItem> isRemoved)
    {
        lock (gate)
        {
            var numbers = new int[entries.Count];
            var kept = 0;
            for (var i = 0; i < numbers.Length; i++)
            {
                numbers[i] = isRemoved(entries[i].Item) ? -1 : kept++;
                if (numbers[i] < 0)
                {
                    known.Remove((entries[i].Item.SessionId, entries[i].Item.Version));
                }
            }

            var removed = numbers.Length - kept;
            if (removed > 0)
            {
                index.Renumber(numbers);
                entries.RemoveAll(entry => isRemoved(entry.Item));
                entries.TrimExcess();
            }

            return removed;
        }
    }

    /// <summary>Returns the sessions and versions of the oldest items.</summary>
    /// <param name="count">Of how many.</param>
    public HashSet<(string Session, long Version)> Oldest(int count)
    {
        lock (gate)
        {
            return entries.OrderBy(static entry => entry.Item.At).Take(count).Select(static entry => (entry.Item.SessionId, entry.Item.Version)).ToHashSet();
        }
    }

    /// <summary>Searches by words, and by a vector if there is one.</summary>
    public List<MemoryMatch> Search(MemoryQuery query, float[]? vector, MemoryIndexOptions options, DateTimeOffset now)
    {
        List<(int Document, double Score)> words;
        List<(int Document, double Score)> vectors = [];
        List<(int Document, double Score)> ranking;
        MemoryItem[] items;
        lock (gate)
        {
            for (var maximum = query.Maximum; ; maximum = (int)Math.Min(4L * maximum, entries.Count))
            {
                // As deep as fusion can bring something up from.
                var depth = vector is null ? maximum : Math.Max(100, Math.Min(4 * maximum, entries.Count));
                words = SearchWords(query, depth, vector is null ? options.HalfLife : null, now);
                if (vector is not null)
                {
                    vectors = SearchVectors(query, vector, depth, options.MinimumCosine);
                }

                var found = vector is null ? words : Fuse(words, vectors, options.HalfLife, now, maximum);
                ranking = WithoutCopies(found, query.Maximum);

                // Copies may have taken the places of others.
                if (ranking.Count == query.Maximum || found.Count < maximum || maximum >= entries.Count)
                {
                    break;
                }
            }

            items = ranking.ConvertAll(found => entries[found.Document].Item).ToArray();
        }

        var matches = new List<MemoryMatch>(items.Length);
        for (var i = 0; i < items.Length; i++)
        {
            var document = ranking[i].Document;
            matches.Add(new MemoryMatch(items[i], Snippets.Find(items[i].Text, query.Text, options.SnippetLength), ranking[i].Score)
            {
                WordScore = ScoreOf(words, document),
                VectorScore = ScoreOf(vectors, document),
            });
        }

        return matches;
    }

    private static double? ScoreOf(List<(int Document, double Score)> ranking, int document)
    {
        var at = ranking.FindIndex(found => found.Document == document);
        return at < 0 ? null : ranking[at].Score;
    }

    private static double Decay(MemoryItem item, TimeSpan? halfLife, DateTimeOffset now) => halfLife is { } half ? Math.Pow(0.5, Math.Max(0, (now - item.At) / half)) : 1;

    // What a fork shares is in the index once for each session that says it.
    private static bool IsCopy(MemoryItem item, MemoryItem other) => item.Version == other.Version && item.At == other.At && string.Equals(item.Text, other.Text, StringComparison.Ordinal);

    // A session that is not searched says what it shares with others as well.
    private bool Passes(MemoryQuery query, MemoryItem item) =>
        (query.SessionId is null || string.Equals(query.SessionId, item.SessionId, StringComparison.Ordinal))
        && (query.ExceptSessionId is not { } except || (!string.Equals(except, item.SessionId, StringComparison.Ordinal) && !(known.TryGetValue((except, item.Version), out var own) && IsCopy(own, item))));

    // Of copies one stands for all: the best, which of equals is the newest.
    private List<(int Document, double Score)> WithoutCopies(List<(int Document, double Score)> ranking, int maximum)
    {
        var seen = new HashSet<(long, DateTimeOffset, string)>(ranking.Count);
        var different = new List<(int Document, double Score)>(Math.Min(maximum, ranking.Count));
        foreach (var found in ranking)
        {
            var item = entries[found.Document].Item;
            if (different.Count < maximum && seen.Add((item.Version, item.At, item.Text)))
            {
                different.Add(found);
            }
        }

        return different;
    }

    private List<(int Document, double Score)> SearchWords(MemoryQuery query, int depth, TimeSpan? halfLife, DateTimeOffset now)
    {
        var rented = ArrayPool<double>.Shared.Rent(Math.Max(1, entries.Count));
        try
        {
            var scores = rented.AsSpan(0, entries.Count);
            scores.Clear();
            index.Score(query.Text, scores);
            var best = new BestScores(depth);
            for (var i = 0; i < scores.Length; i++)
            {
                if (scores[i] > 0 && Passes(query, entries[i].Item))
                {
                    best.Offer(i, scores[i] * Decay(entries[i].Item, halfLife, now));
                }
            }

            return best.Take();
        }
        finally
        {
            ArrayPool<double>.Shared.Return(rented);
        }
    }

    private List<(int Document, double Score)> SearchVectors(MemoryQuery query, float[] vector, int depth, double minimum)
    {
        var best = new BestScores(depth);
        for (var i = 0; i < entries.Count; i++)
        {
            // A vector of another length is another model's and cannot be compared.
            if (entries[i].Vector is { } other && other.Length == vector.Length && Passes(query, entries[i].Item))
            {
                double cosine = TensorPrimitives.Dot(other, vector);
                if (cosine >= minimum)
                {
                    best.Offer(i, cosine);
                }
            }
        }

        return best.Take();
    }

    private List<(int Document, double Score)> Fuse(List<(int Document, double Score)> words, List<(int Document, double Score)> vectors, TimeSpan? halfLife, DateTimeOffset now, int maximum)
    {
        var scores = new Dictionary<int, double>();
        RankFusion.Add(scores, words);
        RankFusion.Add(scores, vectors);
        var best = new BestScores(maximum);
        foreach (var (document, score) in scores)
        {
            best.Offer(document, score * Decay(entries[document].Item, halfLife, now));
        }

        return best.Take();
    }
}
