using Microsoft.Extensions.AI;

namespace Sira.Benchmarks.Support;

/// <summary>A layer that does nothing: what any decorator costs at least.</summary>
internal sealed class EmptyLayer(IChatClient inner) : DelegatingChatClient(inner)
{
    /// <summary>Wraps a client in layers, as many as a gateway with telemetry has between caller and backend: the shared client, the telemetry stage and the gateway.</summary>
    public static IChatClient Wrap(IChatClient leaf) => new EmptyLayer(new EmptyLayer(new EmptyLayer(leaf)));
}
