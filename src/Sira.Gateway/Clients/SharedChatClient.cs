using Microsoft.Extensions.AI;

namespace Sira.Gateway.Clients;

/// <summary>A client that many share: disposing it must not end it for the others.</summary>
internal sealed class SharedChatClient(IChatClient inner) : DelegatingChatClient(inner)
{
    /// <summary>Disposes the stages; for the container only.</summary>
    public void End() => InnerClient.Dispose();

#pragma warning disable CA2215 // Not disposing the inner client is the point: the container owns it.
    protected override void Dispose(bool disposing)
    {
    }
#pragma warning restore CA2215
}
