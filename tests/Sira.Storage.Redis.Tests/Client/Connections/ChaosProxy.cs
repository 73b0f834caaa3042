using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Sira.Storage.Redis.Tests.Client.Connections;

/// <summary>Stands between client and server and does what bad networks do, drawn from a seed: a connection goes well for a while, and then something happens to it.</summary>
internal sealed class ChaosProxy : IAsyncDisposable
{
    // What no answer can hold wherever it falls: within a line the end without a carriage return, within a text bytes that are too many.
    private static readonly byte[] Junk = [0xff, 0xfe, (byte)'\n'];

    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource closing = new();
    private readonly int server;
    private readonly Random random;
    private readonly Task accepting;

    public ChaosProxy(int server, int seed)
    {
        (this.server, random) = (server, new Random(seed));
        listener.Start();
        accepting = AcceptAsync();
    }

    private enum Fault
    {
        Cut,
        HalfClose,
        Garbage,
        Delay,
        Silence,
        Shred,
    }

    public string Endpoint => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}");

    /// <summary>What has happened, and how often.</summary>
    public ConcurrentDictionary<string, int> Happened { get; } = new();

    /// <summary>Whether enough of it has happened to be called a test.</summary>
    public bool HasSeenMuch => Happened.Count >= 5 && Happened.Values.Sum() >= 25;

    /// <summary>Whether connections go well from now on.</summary>
    public bool IsCalm { get; set; }

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
                serving.Add(ServeAsync(client, new Random(random.Next())));
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException)
        {
            await Task.WhenAll(serving);
        }
    }

    private async Task ServeAsync(TcpClient client, Random random)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(closing.Token);
        using (client)
        using (var backend = new TcpClient { NoDelay = true })
        {
            try
            {
                client.NoDelay = true;
                await backend.ConnectAsync(IPAddress.Loopback, server, ending.Token);
                await Task.WhenAny(
                    client.GetStream().CopyToAsync(backend.GetStream(), ending.Token),
                    AnswerAsync(backend.GetStream(), client, random, ending.Token));
                await ending.CancelAsync();
            }
            catch (Exception exception) when (exception is OperationCanceledException or IOException or SocketException or ObjectDisposedException)
            {
                // It was to break.
            }
        }
    }

    private async Task AnswerAsync(Stream from, TcpClient client, Random random, CancellationToken cancellationToken)
    {
        var (to, buffer, passed, after) = (client.GetStream(), new byte[8192], 0, random.Next(100, 20_000));
        while (await from.ReadAsync(buffer, cancellationToken) is > 0 and var length)
        {
            if (!IsCalm && passed + length > after)
            {
                // In the middle of an answer, more often than not.
                var fault = (Fault)random.Next(6);
                var healthy = Math.Clamp(after - passed, 0, length);
                Happened.AddOrUpdate(fault.ToString(), 1, static (_, count) => count + 1);
                await to.WriteAsync(buffer.AsMemory(0, healthy), cancellationToken);
                if (!await BreakAsync(to, client, fault, buffer.AsMemory(healthy, length - healthy), random, cancellationToken))
                {
                    return;
                }

                after = passed + length + random.Next(100, 20_000);
            }
            else
            {
                await to.WriteAsync(buffer.AsMemory(0, length), cancellationToken);
            }

            passed += length;
        }
    }

    // Returns whether it goes on.
    private static async Task<bool> BreakAsync(NetworkStream to, TcpClient client, Fault fault, ReadOnlyMemory<byte> rest, Random random, CancellationToken cancellationToken)
    {
        switch (fault)
        {
            case Fault.Cut:
                client.LingerState = new LingerOption(enable: true, 0);
                return false;
            case Fault.HalfClose:
                client.Client.Shutdown(SocketShutdown.Send);
                await Task.Delay(50, cancellationToken);
                return false;
            case Fault.Garbage:
                await to.WriteAsync(Junk, cancellationToken);
                await to.WriteAsync(rest, cancellationToken);
                return true;
            case Fault.Silence:
                await Task.Delay(Timeout.Infinite, cancellationToken);
                return false;
            case Fault.Delay:
                await Task.Delay(random.Next(50, 300), cancellationToken);
                await to.WriteAsync(rest, cancellationToken);
                return true;
            default:
                for (var at = 0; at < rest.Length; at++)
                {
                    await to.WriteAsync(rest.Slice(at, 1), cancellationToken);
                }

                return true;
        }
    }
}
