using Microsoft.Extensions.AI;

namespace Sira.Session.Tests.Memory;

/// <summary>An embedding generator that knows a few synonyms: one direction for each meaning.</summary>
internal sealed class ConceptGenerator : IEmbeddingGenerator<string, Embedding<float>>
{
    private static readonly string[][] Concepts = [["dog", "hound"], ["ill", "sick"], ["car", "automobile"]];

    public List<int> Batches { get; } = [];

    public bool IsFailing { get; set; }

    public int Dimensions { get; set; } = 4;

    public Action Before { get; set; } = () => { };

    public Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(IEnumerable<string> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default)
    {
        Before();
        cancellationToken.ThrowIfCancellationRequested();
        var texts = values.ToList();
        Batches.Add(texts.Count);
        return IsFailing ? throw new HttpRequestException("The model is away.") : Task.FromResult(new GeneratedEmbeddings<Embedding<float>>(texts.Select(text => new Embedding<float>(Vector(text)))));
    }

    public object? GetService(Type serviceType, object? serviceKey = null) => null;

    public void Dispose()
    {
    }

    private float[] Vector(string text)
    {
        var vector = new float[Dimensions];
        for (var i = 0; i < Concepts.Length; i++)
        {
            vector[i] = Concepts[i].Any(word => text.Contains(word, StringComparison.OrdinalIgnoreCase)) ? 1 : 0;
        }

        return vector;
    }
}
