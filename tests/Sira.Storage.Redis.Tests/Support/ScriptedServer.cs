using System.Buffers;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Sira.Storage.Redis.Client.Protocol;

namespace Sira.Storage.Redis.Tests.Support;

/// <summary>A server on loopback that answers each command as the test says; nothing where that is null, and <see cref="HangUp"/> closes the connection.</summary>
internal sealed class ScriptedServer : IAsyncDisposable
{
    public const string HangUp = "(hang up)";

    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource closing = new();
    private readonly Func<string, string?> answer;
    private readonly Task accepting;
    private int connections;

    public ScriptedServer(Func<string, string?> answer)
    {
        this.answer = answer;
        listener.Start();
        accepting = AcceptAsync();
    }

    public string Endpoint => $"127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}";

    public int Connections => Volatile.Read(ref connections);

    public async ValueTask DisposeAsync()
    {
        await closing.CancelAsync();
        await accepting;
        listener.Stop();
        closing.Dispose();
    }

    private async Task AcceptAsync()
    {
        var serving = new List<Task>();
        try
        {
            while (true)
            {
                var client = await listener.AcceptTcpClientAsync(closing.Token);
                Interlocked.Increment(ref connections);
                serving.Add(ServeAsync(client));
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException)
        {
            await Task.WhenAll(serving);
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                var reader = new RespReader(new RespLimits());
                var (stream, buffer, rest) = (client.GetStream(), new byte[4096], Array.Empty<byte>());
                while (await stream.ReadAsync(buffer, closing.Token) is > 0 and var length)
                {
                    rest = [.. rest, .. buffer[..length]];
                    var answers = Answers(reader, ref rest);
                    if (answers.EndsWith(HangUp, StringComparison.Ordinal))
                    {
                        return;
                    }

                    await stream.WriteAsync(Encoding.Latin1.GetBytes(answers), closing.Token);
                }
            }
            catch (Exception exception) when (exception is OperationCanceledException or IOException)
            {
                // The client has gone, or the test is over.
            }
        }
    }

    private string Answers(RespReader reader, ref byte[] bytes)
    {
        var input = new SequenceReader<byte>(new(bytes));
        var answers = new StringBuilder();
        while (reader.TryRead(ref input, out var command))
        {
            answers.Append(answer(command.Items[0].ToString()));
        }

        bytes = input.UnreadSpan.ToArray();
        return answers.ToString();
    }
}
