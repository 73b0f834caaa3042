using System.Net;

namespace Sira.Kernel.Discovery.Dns;

/// <summary>Carries messages to a server and back.</summary>
internal interface IDnsTransport
{
    /// <summary>Asks over UDP and waits for the response to exactly this question; what else arrives is passed over.</summary>
    Task<byte[]> AskUdpAsync(IPEndPoint server, DnsQuery query, CancellationToken cancellationToken);

    /// <summary>Asks over TCP.</summary>
    Task<byte[]> AskTcpAsync(IPEndPoint server, DnsQuery query, CancellationToken cancellationToken);
}
