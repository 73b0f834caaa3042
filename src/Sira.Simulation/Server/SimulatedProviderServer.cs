using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Sira.Simulation.Server;

/// <summary>Serves a <see cref="SimulatedProvider"/> over real HTTP/1.1 on the loopback interface, for tests of what a handler cannot show: sockets that close, reset and fall silent, other processes, other languages.</summary>
/// <remarks>Listens on 127.0.0.1 only, without TLS. Delays use the provider's clock, which should be the system's here: sockets do not know virtual time.</remarks>
public sealed class SimulatedProviderServer : IAsyncDisposable
{
    private readonly SimulatedProvider provider;
    private readonly TcpListener listener;
    private readonly CancellationTokenSource stopping = new();
    private readonly ConcurrentDictionary<int, Task> connections = new();
    private readonly Task accepting;
    private int disposed;

    private SimulatedProviderServer(SimulatedProvider provider, int port)
    {
        this.provider = provider;
        listener = new TcpListener(IPAddress.Loopback, port);
        listener.Start();
        Address = new UriBuilder(Uri.UriSchemeHttp, "127.0.0.1", ((IPEndPoint)listener.LocalEndpoint).Port).Uri;
        accepting = AcceptAsync();
    }

    /// <summary>Gets the address, such as <c>http://127.0.0.1:49152/</c>. Give it to a backend with the path of its wire: <c>new Uri(server.Address, "v1")</c>.</summary>
    public Uri Address { get; }

    /// <summary>Starts serving.</summary>
    /// <param name="provider">The provider.</param>
    /// <param name="port">The port; 0 for any that is free.</param>
    /// <returns>The server, to be disposed.</returns>
    /// <exception cref="SocketException">The port is taken.</exception>
    public static SimulatedProviderServer Start(SimulatedProvider provider, int port = 0)
    {
        ArgumentNullException.ThrowIfNull(provider);
        return new SimulatedProviderServer(provider, port);
    }

    /// <summary>Stops listening, closes all connections and waits until everything has ended.</summary>
    /// <returns>A task that ends then.</returns>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref disposed, 1) == 1)
        {
            return;
        }

        await stopping.CancelAsync().ConfigureAwait(false);
        listener.Stop();
        await accepting.ConfigureAwait(false);
        await Task.WhenAll(connections.Values).ConfigureAwait(false);
        listener.Dispose();
        stopping.Dispose();
    }

    private async Task AcceptAsync()
    {
        for (var id = 0; ; id++)
        {
            Socket socket;
            try
            {
                socket = await listener.AcceptSocketAsync(stopping.Token).ConfigureAwait(false);
            }
            catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException || stopping.IsCancellationRequested)
            {
                if (stopping.IsCancellationRequested)
                {
                    return; // Whatever a listener that has just been stopped says.
                }

                continue; // A caller that gave up before it was accepted.
            }

            var connection = new ServerConnection(socket, provider, Address).RunAsync(stopping.Token);
            connections[id] = connection;
            _ = ForgetAsync(id, connection);
        }
    }

    private async Task ForgetAsync(int id, Task connection)
    {
        await connection.ConfigureAwait(false);
        connections.TryRemove(id, out _);
    }
}
