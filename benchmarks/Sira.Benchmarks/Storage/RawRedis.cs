using System.Net.Sockets;
using System.Text;

namespace Sira.Benchmarks.Storage;

/// <summary>The floor under a Redis client: a socket, commands that were written beforehand, and answers of which only the length is looked at.</summary>
internal sealed class RawRedis : IDisposable
{
    private readonly Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly byte[] buffer = new byte[1 << 20];

    public RawRedis(string endpoint)
    {
        var colon = endpoint.LastIndexOf(':');
        socket.Connect(endpoint[..colon], int.Parse(endpoint[(colon + 1)..], System.Globalization.CultureInfo.InvariantCulture));
    }

    public static byte[] Command(params string[] parts)
    {
        var text = new StringBuilder($"*{parts.Length}\r\n");
        foreach (var part in parts)
        {
            text.Append($"${part.Length}\r\n{part}\r\n");
        }

        return Encoding.ASCII.GetBytes(text.ToString());
    }

    /// <summary>Sends commands and waits until so many bytes have come back.</summary>
    public async ValueTask ExchangeAsync(ReadOnlyMemory<byte> commands, int answer)
    {
        await socket.SendAsync(commands);
        for (var received = 0; received < answer;)
        {
            received += await socket.ReceiveAsync(buffer);
        }
    }

    public void Dispose() => socket.Dispose();
}
