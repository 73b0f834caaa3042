using System.Buffers.Binary;

namespace Sira.Simulation.Generation;

/// <summary>Vectors made from a text alone: each word adds its own pseudo-random direction, so texts that share words are close and others are nearly orthogonal.</summary>
internal static class HashedEmbedding
{
    /// <summary>Computes the unit vector of a text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="dimensions">The number of dimensions, at least 1.</param>
    /// <returns>A vector of length 1.</returns>
    public static float[] Compute(string text, int dimensions)
    {
        var sum = new double[dimensions];
        var tokens = SimulatedTokenizer.Split(text);
        if (tokens.Count == 0)
        {
            tokens = [""];
        }

        foreach (var token in tokens)
        {
            Add(sum, Hash(token.Trim().ToUpperInvariant()));
        }

        var length = Math.Sqrt(sum.Sum(static value => value * value));
        return Array.ConvertAll(sum, value => (float)(value / length));
    }

    /// <summary>Writes a vector the way OpenAI encodes it: little-endian singles in Base64.</summary>
    /// <param name="vector">The vector.</param>
    /// <returns>The text.</returns>
    public static string ToBase64(ReadOnlySpan<float> vector)
    {
        var bytes = new byte[vector.Length * sizeof(float)];
        for (var i = 0; i < vector.Length; i++)
        {
            BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(i * sizeof(float)), vector[i]);
        }

        return Convert.ToBase64String(bytes);
    }

    private static void Add(double[] sum, ulong state)
    {
        for (var i = 0; i < sum.Length; i++)
        {
            state += 0x9E3779B97F4A7C15; // SplitMix64
            var z = state;
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
            z ^= z >> 31;
            sum[i] += ((z >> 11) * (1.0 / (1UL << 53)) * 2) - 1;
        }
    }

    private static ulong Hash(string text)
    {
        var hash = 14695981039346656037UL; // FNV-1a
        foreach (var c in text)
        {
            hash = (hash ^ c) * 1099511628211UL;
        }

        return hash;
    }
}
