using System.Net;
using System.Net.Sockets;
using Sira.Kernel.Registry;

namespace Sira.Kernel.Health.Probing;

/// <summary>Opens a connection and closes it.</summary>
public sealed class TcpProbe : IHealthProbe
{
    /// <inheritdoc />
    public string Name => HealthProbes.Tcp;

    /// <inheritdoc />
    public async ValueTask<ProbeResult> ProbeAsync(Endpoint endpoint, HealthCheckOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        if (endpoint.Address is not { Port: > 0, IdnHost.Length: > 0 } address)
        {
            return ProbeResult.Unhealthy("its address names no host and port to connect to; give it such an address, or choose another probe");
        }

        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(new DnsEndPoint(address.IdnHost.Trim('[', ']'), address.Port), cancellationToken).ConfigureAwait(false);
        return ProbeResult.Healthy;
    }
}
