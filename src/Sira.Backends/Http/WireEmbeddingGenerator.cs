using Microsoft.Extensions.AI;
using Sira.Backends.Wire;

namespace Sira.Backends.Http;

/// <summary>The embedding generator of one model over HTTP, whatever its wire. Splits what is too much for one call, and adds the usage up.</summary>
internal sealed class WireEmbeddingGenerator(WireTransport transport, IEmbeddingWireFormat format, int maximumBatch, int? dimensions) : IEmbeddingGenerator<string, Embedding<float>>
{
    private readonly EmbeddingGeneratorMetadata metadata = new(transport.Connection.Provider, transport.Connection.Endpoint, transport.ModelId, dimensions);

    /// <inheritdoc />
    public async Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(IEnumerable<string> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(values);
        var all = values as IReadOnlyList<string> ?? [.. values];
        if (all.Count <= maximumBatch)
        {
            return all.Count == 0 ? [] : await GenerateBatchAsync(all, options, cancellationToken).ConfigureAwait(false);
        }

        var result = new GeneratedEmbeddings<Embedding<float>>(all.Count);
        for (var start = 0; start < all.Count; start += maximumBatch)
        {
            var batch = new string[Math.Min(maximumBatch, all.Count - start)];
            for (var i = 0; i < batch.Length; i++)
            {
                batch[i] = all[start + i];
            }

            var part = await GenerateBatchAsync(batch, options, cancellationToken).ConfigureAwait(false);
            result.AddRange(part);
            if (part.Usage is { } usage)
            {
                (result.Usage ??= new UsageDetails()).Add(usage);
            }
        }

        return result;
    }

    /// <inheritdoc />
    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceKey is not null ? null
            : serviceType == typeof(EmbeddingGeneratorMetadata) ? metadata
            : serviceType.IsInstanceOfType(this) ? this
            : null;
    }

    /// <summary>Does nothing: the backend owns what it uses.</summary>
    public void Dispose()
    {
    }

    private async ValueTask<GeneratedEmbeddings<Embedding<float>>> GenerateBatchAsync(IReadOnlyList<string> values, EmbeddingGenerationOptions? options, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var body = transport.Write((format, transport.ModelId, values, options), static (writer, state) => state.format.WriteRequest(writer, state.ModelId, state.values, state.options));
        using var exchange = await transport.SendAsync(format.GetPath(transport.ModelId), body, format.ReadError, streaming: false, header: null, headersTimeout: null, cancellationToken).ConfigureAwait(false);
        using var answer = await exchange.ReadJsonAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return format.ReadResponse(answer.Root, values.Count);
        }
        catch (Exception exception)
        {
            throw exchange.Translate(exception, started: true, usage: null, cancellationToken);
        }
    }
}
