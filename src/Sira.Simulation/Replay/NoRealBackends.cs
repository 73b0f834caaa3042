using Microsoft.Extensions.AI;
using Microsoft.Extensions.Options;
using Sira.Backends.Configuration;

namespace Sira.Simulation.Replay;

/// <summary>Keeps the clients that a policy brings from being made: in a replay a backend of the world is simulated, and any other is a mistake that is told of.</summary>
internal sealed class NoRealBackends(SimulatedWorld world) : IPostConfigureOptions<BackendOptions>
{
    public void PostConfigure(string? name, BackendOptions options)
    {
        if (options.ChatClientFactory is null && options.EmbeddingGeneratorFactory is null)
        {
            return;
        }

        var isSimulated = name is not null && world.Backends.ContainsKey(name);
        options.EmbeddingGeneratorFactory = null;
        options.ChatClientFactory = isSimulated ? null : static _ => new Refusal();
        options.Kind = isSimulated ? world.Backends[name!].Kind ?? "openai-compatible" : options.Kind;
    }

    private sealed class Refusal : IChatClient
    {
        public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) => throw new NotSupportedException("A replay calls no real backend.");

        public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) => throw new NotSupportedException("A replay calls no real backend.");

        public object? GetService(Type serviceType, object? serviceKey = null) => null;

        public void Dispose()
        {
            // There is nothing to dispose of.
        }
    }
}
