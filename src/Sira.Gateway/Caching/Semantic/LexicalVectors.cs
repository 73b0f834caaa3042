using System.Numerics.Tensors;
using Sira.Kernel.Balancing;

namespace Sira.Gateway.Caching.Semantic;

/// <summary>Makes a vector of a question from its words, pairs of words and triples of characters, by feature hashing with signs (Weinberger et al., ICML 2009). Needs no model.</summary>
internal static class LexicalVectors
{
    private const int Dimensions = 512;
    private const float WordWeight = 1f;
    private const float PairWeight = 0.5f;
    private const float CharactersWeight = 0.3f;
    private const float FillerWeight = 0.1f;

    public static float[] Create(Question question)
    {
        var vector = new float[Dimensions];
        var content = question.Content;
        for (var i = 0; i < content.Count; i++)
        {
            Add(vector, content[i], WordWeight);
            AddCharacters(vector, content[i]);
            if (i > 0)
            {
                Add(vector, content[i - 1] + " " + content[i], PairWeight);
            }
        }

        for (var i = 0; i < question.Fillers.Count; i++)
        {
            Add(vector, question.Fillers[i], FillerWeight);
        }

        return vector;
    }

    /// <summary>Scales a vector to length 1, so that the product of two is their cosine.</summary>
    /// <returns>Whether it has a direction.</returns>
    public static bool TryNormalise(Span<float> vector)
    {
        var length = TensorPrimitives.Norm<float>(vector);
        if (!float.IsFinite(length) || length <= 0)
        {
            return false;
        }

        TensorPrimitives.Divide(vector, length, vector);
        return true;
    }

    private static void AddCharacters(float[] vector, string word)
    {
        var framed = "<" + word + ">";
        for (var i = 0; i + 3 <= framed.Length; i++)
        {
            Add(vector, framed.AsSpan(i, 3), CharactersWeight);
        }
    }

    private static void Add(float[] vector, ReadOnlySpan<char> feature, float weight)
    {
        var hash = StableHash.Compute(feature);
        vector[(int)(hash % Dimensions)] += (hash >> 63) == 0 ? weight : -weight;
    }
}
