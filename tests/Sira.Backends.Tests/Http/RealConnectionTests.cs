using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Sira.Backends.Tests.Support;
using Sira.Errors;
using Sira.Kernel.Configuration;
using Sira.Kernel.Contributions;

namespace Sira.Backends.Tests.Http;

/// <summary>The handler that Sira configures, over a real socket on this machine.</summary>
public sealed class RealConnectionTests : IDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);

    public RealConnectionTests() => listener.Start();

    [Fact]
    public async Task Stream_CallerCancels_ClosesTheSocket()
    {
        await using var services = Build();
        using var source = new CancellationTokenSource();
        var updates = Client(services).GetStreamingResponseAsync("Hi", null, source.Token).GetAsyncEnumerator();
        var (server, first) = await StartStreamAsync(updates);

        var pending = updates.MoveNextAsync().AsTask();
        await source.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => pending);
        Assert.True(first);
        await AssertClosedAsync(server);
    }

    [Fact]
    public async Task Stream_ReaderLeaves_ClosesTheSocket()
    {
        await using var services = Build();
        var updates = Client(services).GetStreamingResponseAsync("Hi").GetAsyncEnumerator();
        var (server, _) = await StartStreamAsync(updates);

        await updates.DisposeAsync();

        await AssertClosedAsync(server);
    }

    [Fact]
    public async Task Stream_ServerBreaksOff_IsTruncated()
    {
        await using var services = Build();
        var updates = Client(services).GetStreamingResponseAsync("Hi").GetAsyncEnumerator();
        var (server, _) = await StartStreamAsync(updates);

        server.Dispose();

        var exception = await Assert.ThrowsAsync<BackendException>(() => updates.MoveNextAsync().AsTask());
        Assert.Equal(BackendErrorKind.Truncated, exception.Kind);
    }

    [Fact]
    public async Task GetResponseAsync_Redirect_IsNotFollowed()
    {
        await using var services = Build();
        var pending = Client(services).GetResponseAsync("Hi");
        using var server = await AcceptAsync();
        await SendAsync(server, "HTTP/1.1 307 Temporary Redirect\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n");

        var exception = await Assert.ThrowsAsync<BackendException>(() => pending);
        Assert.Equal(BackendErrorKind.MalformedResponse, exception.Kind);
        Assert.Equal(307, exception.StatusCode);
    }

    [Fact]
    public async Task GetResponseAsync_NobodyListens_IsTransport()
    {
        await using var services = Build();
        listener.Stop();

        Assert.Equal(BackendErrorKind.Transport, (await Assert.ThrowsAsync<BackendException>(() => Client(services).GetResponseAsync("Hi"))).Kind);
    }

    public void Dispose() => listener.Dispose();

    private static IChatClient Client(IServiceProvider services)
    {
        var errors = new ConfigurationErrors();
        return Assert.Single(services.GetRequiredService<IBackendSource>().Load(services.GetRequiredService<ContributionCatalogue>().Current, errors)).GetChatClient("m");
    }

    private static async Task AssertClosedAsync(Socket server)
    {
        using (server)
        {
            try
            {
                Assert.Equal(0, await server.ReceiveAsync(new byte[1]));
            }
            catch (SocketException exception)
            {
                Assert.Equal(SocketError.ConnectionReset, exception.SocketErrorCode);
            }
        }
    }

    private static async Task SendAsync(Socket server, string text) => await server.SendAsync(Encoding.ASCII.GetBytes(text));

    private ServiceProvider Build()
    {
        var builder = new PlainBuilder();
        builder.AddOpenAICompatible("local", options => options.Endpoint = new Uri($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/v1"));
        builder.AddBackends();
        return builder.Services.BuildServiceProvider();
    }

    private async Task<(Socket Server, bool First)> StartStreamAsync(IAsyncEnumerator<ChatResponseUpdate> updates)
    {
        var first = updates.MoveNextAsync().AsTask();
        var server = await AcceptAsync();
        var data = FakeHttpHandler.Events("""{"choices":[{"delta":{"content":"Hel"}}]}""");
        await SendAsync(server, $"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n{data.Length:x}\r\n{data}\r\n");
        return (server, await first);
    }

    private async Task<Socket> AcceptAsync()
    {
        var server = await listener.AcceptSocketAsync();
        var buffer = new byte[4096];
        var received = string.Empty;
        while (!received.EndsWith('}'))
        {
            received += Encoding.ASCII.GetString(buffer, 0, await server.ReceiveAsync(buffer));
        }

        return server;
    }
}
