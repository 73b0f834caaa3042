using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging;
using Sira.Gateway.Caching.Storage;
using Sira.Requests;

namespace Sira.Gateway.Caching.Semantic;

/// <summary>Makes vectors of questions: by a generator of embeddings, or from their words.</summary>
/// <param name="generator">The generator; <see langword="null"/> for words.</param>
/// <param name="timeout">How long it may take.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Where its failures go.</param>
internal sealed class QuestionVectors(IEmbeddingGenerator<string, Embedding<float>>? generator, TimeSpan timeout, TimeProvider time, ILogger logger)
{
    public bool IsLexical => generator is null;

    /// <summary>Makes a vector of length 1.</summary>
    /// <returns>The vector, or <see langword="null"/> when there is none to be had.</returns>
    public async ValueTask<float[]?> CreateAsync(string text, Question question, RequestContext? request, CancellationToken cancellationToken)
    {
        var vector = generator is null ? LexicalVectors.Create(question) : await EmbedAsync(generator, text, request, cancellationToken).ConfigureAwait(false);
        return vector is not null && LexicalVectors.TryNormalise(vector) ? vector : null;
    }

    private async ValueTask<float[]?> EmbedAsync(IEmbeddingGenerator<string, Embedding<float>> generator, string text, RequestContext? request, CancellationToken cancellationToken)
    {
        try
        {
            // The embedding belongs to the request and is paid from its budget.
            var options = request is null ? null : new EmbeddingGenerationOptions { AdditionalProperties = new() { [RequestContext.PropertyName] = request } };
            var embeddings = await BoundedCall.RunAsync(static (call, token) => call.generator.GenerateAsync([call.text], call.options, token), (generator, text, options), timeout, time, cancellationToken).ConfigureAwait(false);
            return embeddings is [{ } embedding] ? embedding.Vector.ToArray() : null;
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            logger.EmbeddingFailed(exception);
            return null;
        }
    }
}
