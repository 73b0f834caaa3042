using System.Numerics.Tensors;
using Sira.Gateway.Caching.Keys;

namespace Sira.Gateway.Caching.Semantic;

/// <summary>The questions of requests that differ in nothing else. Bounded; the oldest one makes room.</summary>
internal sealed class SemanticPartition(int capacity)
{
    private readonly List<Item> items = [];
    private int next;

    public int Count => items.Count;

    /// <summary>Adds a question, or gives a known one its new vector.</summary>
    public void Add(CacheKey key, float[] vector, Question question)
    {
        var item = new Item(key, vector, question);
        var existing = items.FindIndex(known => known.Key == key);
        if (existing >= 0)
        {
            items[existing] = item;
        }
        else if (items.Count < capacity)
        {
            items.Add(item);
        }
        else
        {
            items[next] = item;
            next = (next + 1) % capacity;
        }
    }

    public void Remove(CacheKey key)
    {
        var at = items.FindIndex(known => known.Key == key);
        if (at >= 0)
        {
            items.RemoveAt(at);
            next = 0;
        }
    }

    /// <summary>Finds the most similar question whose answer may be shared.</summary>
    public SemanticMatch? Find(float[] vector, Question question, double threshold, bool isLexical)
    {
        SemanticMatch? best = null;
        foreach (var item in System.Runtime.InteropServices.CollectionsMarshal.AsSpan(items))
        {
            // A generator that was exchanged makes vectors of another kind.
            if (item.Vector.Length != vector.Length)
            {
                continue;
            }

            // Both have length 1; what rounding adds beyond 1 is no similarity.
            var similarity = Math.Min(1, TensorPrimitives.Dot<float>(item.Vector, vector));
            if (similarity >= threshold && !(similarity <= best?.Similarity) && question.MayShareAnswerWith(item.Question, isLexical))
            {
                best = new SemanticMatch(item.Key, similarity);
            }
        }

        return best;
    }

    private readonly record struct Item(CacheKey Key, float[] Vector, Question Question);
}
