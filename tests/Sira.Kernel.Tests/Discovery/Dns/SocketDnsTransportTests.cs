using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Sira.Kernel.Discovery.Dns;
using Sira.Kernel.Time;

namespace Sira.Kernel.Tests.Discovery.Dns;

/// <summary>Against real sockets on this machine.</summary>
public class SocketDnsTransportTests
{
    private readonly DnsQuery query = new("a.test", DnsRecordType.A, new SeededRandomSource(3));
    private readonly SocketDnsTransport transport = new();

    [Fact]
    public async Task AskUdp_ForgeriesFirst_WaitsForTheAnswer()
    {
        using var server = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        var asking = transport.AskUdpAsync((IPEndPoint)server.Client.LocalEndPoint!, query, TestContext.Current.CancellationToken);
        var received = await server.ReceiveAsync();
        Assert.Equal(query.Message, received.Buffer);
        var answer = FakeDns.Respond(query, 0);
        var forged = answer.ToArray();
        forged[0] ^= 1;

        await server.SendAsync(forged, received.RemoteEndPoint);
        await server.SendAsync(new byte[] { 1 }, received.RemoteEndPoint);
        await server.SendAsync(answer, received.RemoteEndPoint);

        Assert.Equal(answer, await asking);
    }

    [Fact]
    public async Task AskUdp_OnlyForgeries_GivesUp()
    {
        using var server = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        var asking = transport.AskUdpAsync((IPEndPoint)server.Client.LocalEndPoint!, query, TestContext.Current.CancellationToken);
        var received = await server.ReceiveAsync();

        for (var i = 0; i < 100; i++)
        {
            await server.SendAsync(new byte[] { (byte)i }, received.RemoteEndPoint);
        }

        await Assert.ThrowsAsync<FormatException>(() => asking);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task AskTcp_Framed_IsReadOrRefused(bool cutShort)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var asking = transport.AskTcpAsync((IPEndPoint)listener.LocalEndpoint, query, TestContext.Current.CancellationToken);
        using var client = await listener.AcceptTcpClientAsync();
        var stream = client.GetStream();
        var asked = new byte[query.Message.Length + 2];
        await stream.ReadExactlyAsync(asked);
        Assert.Equal(query.Message.Length, BinaryPrimitives.ReadUInt16BigEndian(asked));
        Assert.Equal(query.Message, asked[2..]);
        var answer = FakeDns.Respond(query, 0);

        await stream.WriteAsync(new byte[] { 0, (byte)answer.Length });
        await stream.WriteAsync(answer.AsMemory(0, cutShort ? 5 : answer.Length));
        client.Close();

        if (cutShort)
        {
            await Assert.ThrowsAnyAsync<IOException>(() => asking);
        }
        else
        {
            Assert.Equal(answer, await asking);
        }
    }
}
