using Microsoft.Extensions.AI;
using Sira.Kernel.Contributions;

namespace Sira.Backends.Contributed;

/// <summary>A plugin's embedding generator, as a backend holds it.</summary>
internal sealed class ContributedEmbeddingGenerator(Contribution<IEmbeddingGenerator<string, Embedding<float>>> contribution) : IEmbeddingGenerator<string, Embedding<float>>
{
    /// <summary>Gets the generator to use: the host's own as it is.</summary>
    public static IEmbeddingGenerator<string, Embedding<float>>? Of(IEmbeddingGenerator<string, Embedding<float>>? generator, Contributor contributor) =>
        generator is null || contributor.IsHost ? generator : new ContributedEmbeddingGenerator(contributor.Contribute(generator));

    public async Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(IEnumerable<string> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default)
    {
        using var call = contribution.TryEnter(out var entered) ? entered : throw ContributedBackend.Gone(contribution.Contributor);
        try
        {
            return await call.Value.GenerateAsync(values, options, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            call.Fail(exception);
            throw;
        }
    }

    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceKey is null && serviceType.IsInstanceOfType(this) ? this : null;
    }

    public void Dispose()
    {
        if (contribution.TryEnter(out var call))
        {
            using (call)
            {
                call.Value.Dispose();
            }
        }
    }
}
