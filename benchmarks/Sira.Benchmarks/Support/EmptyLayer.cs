using Microsoft.Extensions.AI;

namespace Sira.Benchmarks.Support;

/// <summary>A layer that does nothing: what any decorator costs at least.</summary>
internal sealed class EmptyLayer(IChatClient inner) : DelegatingChatClient(inner)
{
    /// <summary>Wraps a client in as many layers as a gateway has between caller and backend: the gateway and the shared client, and one for each stage, such as telemetry and the cache.</summary>
    public static IChatClient Wrap(IChatClient leaf, int layers = 3)
    {
        for (var i = 0; i < layers; i++)
        {
            leaf = new EmptyLayer(leaf);
        }

        return leaf;
    }
}
