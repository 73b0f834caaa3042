using Microsoft.Extensions.AI;

namespace Sira.Gateway.Tests.Support;

/// <summary>Embeds everything to the same vector, at the same usage.</summary>
internal sealed class FixedEmbeddings(long inputTokens) : IEmbeddingGenerator<string, Embedding<float>>
{
    public Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(IEnumerable<string> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default) =>
        Task.FromResult(new GeneratedEmbeddings<Embedding<float>>(values.Select(static _ => new Embedding<float>(new float[] { 1 }))) { Usage = new UsageDetails { InputTokenCount = inputTokens } });

    public object? GetService(Type serviceType, object? serviceKey = null) => null;

    public void Dispose()
    {
    }
}
