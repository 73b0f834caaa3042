using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Sira.Kernel.Discovery.Dns;

/// <summary>Sockets: a new one for each question, so that its port is as hard to guess as its number.</summary>
internal sealed class SocketDnsTransport : IDnsTransport
{
    private const int LargestDatagram = 4096;

    // Whoever floods us with wrong answers is not listened to for ever.
    private const int MostStrangers = 100;

    public async Task<byte[]> AskUdpAsync(IPEndPoint server, DnsQuery query, CancellationToken cancellationToken)
    {
        using var socket = new Socket(server.AddressFamily, SocketType.Dgram, ProtocolType.Udp);

        // Connected: the system then drops what comes from anybody else.
        await socket.ConnectAsync(server, cancellationToken).ConfigureAwait(false);
        await socket.SendAsync(query.Message, SocketFlags.None, cancellationToken).ConfigureAwait(false);
        var buffer = new byte[LargestDatagram];
        for (var strangers = 0; strangers < MostStrangers; strangers++)
        {
            var length = await socket.ReceiveAsync(buffer, SocketFlags.None, cancellationToken).ConfigureAwait(false);
            if (query.IsAnsweredBy(buffer.AsSpan(0, length), exactCase: true))
            {
                return buffer[..length];
            }
        }

        throw new FormatException($"{MostStrangers} messages answered another question");
    }

    public async Task<byte[]> AskTcpAsync(IPEndPoint server, DnsQuery query, CancellationToken cancellationToken)
    {
        using var socket = new Socket(server.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(server, cancellationToken).ConfigureAwait(false);
        using var stream = new NetworkStream(socket);
        var framed = new byte[query.Message.Length + 2];
        BinaryPrimitives.WriteUInt16BigEndian(framed, (ushort)query.Message.Length);
        query.Message.CopyTo(framed, 2);
        await stream.WriteAsync(framed, cancellationToken).ConfigureAwait(false);
        var prefix = new byte[2];
        await stream.ReadExactlyAsync(prefix, cancellationToken).ConfigureAwait(false);
        var response = new byte[BinaryPrimitives.ReadUInt16BigEndian(prefix)];
        await stream.ReadExactlyAsync(response, cancellationToken).ConfigureAwait(false);
        return query.IsAnsweredBy(response, exactCase: false) ? response : throw new FormatException("it answers another question");
    }
}
