using System.Numerics.Tensors;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging;

namespace Sira.Session.Memory.Segments;

/// <summary>Makes vectors of length 1 of texts, in batches. What cannot be embedded has none.</summary>
internal sealed class MemoryEmbedder(IEmbeddingGenerator<string, Embedding<float>>? generator, int batch, ILogger logger)
{
    public bool HasGenerator => generator is not null;

    public async ValueTask<float[]?[]> EmbedAsync(IReadOnlyList<MemoryItem> items, CancellationToken cancellationToken)
    {
        var vectors = new float[]?[items.Count];
        for (var first = 0; generator is not null && first < items.Count; first += batch)
        {
            var texts = new List<string>(batch);
            for (var i = first; i < Math.Min(first + batch, items.Count); i++)
            {
                texts.Add(items[i].Text);
            }

            try
            {
                var embeddings = await generator.GenerateAsync(texts, cancellationToken: cancellationToken).ConfigureAwait(false);
                if (embeddings.Count != texts.Count)
                {
                    throw new InvalidOperationException($"The embedding generator made {embeddings.Count} embeddings of {texts.Count} texts.");
                }

                for (var i = 0; i < texts.Count; i++)
                {
                    vectors[first + i] = Normalise(embeddings[i].Vector);
                }
            }
            catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
            {
                // Whatever a generator throws: what was said is found by its words all the same.
                MemoryLog.NotEmbedded(logger, items.Count - first, exception);
                break;
            }
        }

        return vectors;
    }

    public async ValueTask<float[]?> EmbedAsync(string query, CancellationToken cancellationToken)
    {
        if (generator is null)
        {
            return null;
        }

        try
        {
            var embeddings = await generator.GenerateAsync([query], cancellationToken: cancellationToken).ConfigureAwait(false);
            return embeddings.Count == 1 ? Normalise(embeddings[0].Vector) : throw new InvalidOperationException($"The embedding generator made {embeddings.Count} embeddings of one text.");
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            MemoryLog.QueryNotEmbedded(logger, exception);
            return null;
        }
    }

    private static float[]? Normalise(ReadOnlyMemory<float> vector)
    {
        var length = TensorPrimitives.Norm(vector.Span);
        if (!(length > 0) || !float.IsFinite(length))
        {
            return null;
        }

        var normal = new float[vector.Length];
        TensorPrimitives.Divide(vector.Span, length, normal);
        return normal;
    }
}
