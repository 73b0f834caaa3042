using System.Runtime.InteropServices;

namespace Sira.Session.Memory.Search;

/// <summary>An inverted index in memory that ranks by BM25. Not thread-safe.</summary>
/// <remarks>
/// S. Robertson, H. Zaragoza, The Probabilistic Relevance Framework: BM25 and Beyond, 2009: the sum over the words of the query of idf * tf * (k1 + 1) / (tf + k1 * (1 - b + b * length / average length)).
/// idf is ln(1 + (N - n + 0.5) / (n + 0.5)), which is never negative, as in Lucene. k1 = 1.2 and b = 0.75 are within the ranges that the paper reports as good (1.2 to 2, 0.5 to 0.8).
/// </remarks>
internal sealed class Bm25Index
{
    public const double K1 = 1.2;
    public const double B = 0.75;

    // A question has some dozen words; of a pasted page the rarest are what it is about.
    private const int MaximumQueryWords = 64;

    private readonly Dictionary<string, int> words = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> lookup;
    private readonly List<Postings> postings = [];
    private readonly List<int> lengths = [];
    private readonly WordReader reader = new();
    private long totalLength;

    public Bm25Index() => lookup = words.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>How many documents there are.</summary>
    public int Count => lengths.Count;

    /// <summary>The words that any document has.</summary>
    public IReadOnlyCollection<string> Words => words.Keys;

    /// <summary>Adds a document.</summary>
    /// <returns>Its number: the next one.</returns>
    public int Add(string text)
    {
        lengths.Add(0);
        reader.Read(text, this, static (word, index) => index.Add(word));
        totalLength += lengths[^1];
        return lengths.Count - 1;
    }

    /// <summary>Adds to each document what it scores.</summary>
    /// <param name="query">The query.</param>
    /// <param name="scores">One for each document, all 0.</param>
    public void Score(ReadOnlySpan<char> query, Span<double> scores)
    {
        var found = new List<Postings>();
        reader.Read(query, (This: this, Found: found), static (word, state) =>
        {
            if (state.This.lookup.TryGetValue(word, out var number) && state.This.postings[number] is var list && !state.Found.Contains(list))
            {
                state.Found.Add(list);
            }
        });
        if (found.Count > MaximumQueryWords)
        {
            found.Sort(static (x, y) => x.Count.CompareTo(y.Count));
            found.RemoveRange(MaximumQueryWords, found.Count - MaximumQueryWords);
        }

        var lengthsOf = CollectionsMarshal.AsSpan(lengths);
        var perLength = K1 * B * Count / Math.Max(1, totalLength);
        foreach (var list in found)
        {
            var idf = Math.Log(1 + ((Count - list.Count + 0.5) / (list.Count + 0.5)));
            var documents = list.Documents;
            var counts = list.Counts;
            for (var i = 0; i < documents.Length; i++)
            {
                double count = counts[i];
                scores[documents[i]] += idf * count * (K1 + 1) / (count + (K1 * (1 - B)) + (perLength * lengthsOf[documents[i]]));
            }
        }
    }

    /// <summary>Gives the documents new numbers, in the same order, and forgets those with a negative one, with every word that no other has.</summary>
    public void Renumber(ReadOnlySpan<int> numbers)
    {
        var kept = 0;
        totalLength = 0;
        for (var i = 0; i < numbers.Length; i++)
        {
            if (numbers[i] >= 0)
            {
                lengths[kept++] = lengths[i];
                totalLength += lengths[i];
            }
        }

        lengths.RemoveRange(kept, lengths.Count - kept);
        var left = new List<Postings>(postings.Count);
        foreach (var (word, number) in words)
        {
            postings[number].Renumber(numbers);
            if (postings[number].Count == 0)
            {
                words.Remove(word);
            }
            else
            {
                words[word] = left.Count;
                left.Add(postings[number]);
            }
        }

        postings.Clear();
        postings.AddRange(left);
    }

    private void Add(ReadOnlySpan<char> word)
    {
        ref var number = ref CollectionsMarshal.GetValueRefOrAddDefault(lookup, word, out var isKnown);
        if (!isKnown)
        {
            number = postings.Count;
            postings.Add(new Postings());
        }

        postings[number].Add(lengths.Count - 1);
        lengths[^1]++;
    }
}
