using System.Net;
using System.Net.Sockets;
using System.Text;
using Sira.Simulation.Faults;
using Sira.Simulation.Server;

namespace Sira.Simulation.Tests.Server;

/// <summary>Real sockets on the loopback interface, so the only waiting here is for the operating system.</summary>
public sealed class SimulatedProviderServerTests
{
    [Theory]
    [InlineData("chat", false)]
    [InlineData("chat", true)]
    [InlineData("responses", true)]
    [InlineData("messages", true)]
    [InlineData("gemini", true)]
    public async Task Answer_OverASocket_IsTheHandlersToTheLastByte(string wire, bool stream)
    {
        var (path, body) = SimulationClient.Request(wire, "What is new?", stream);
        var provider = new SimulatedProvider(new SimulatedProviderOptions { TimeProvider = new Sira.Simulation.Time.VirtualTimeProvider() });
        await using var server = SimulatedProviderServer.Start(provider);
        using var direct = SimulationClient.For(provider);
        using var remote = Remote(server);

        Assert.Equal(await direct.ReadAsync(path, body), await remote.ReadAsync(path, body));
    }

    [Fact]
    public async Task Requests_OneAfterTheOther_ShareAConnection()
    {
        var provider = new SimulatedProvider().RespondInOrder("one", "two", "three");
        await using var server = SimulatedProviderServer.Start(provider);
        using var client = Remote(server);

        foreach (var expected in (string[])["one", "two", "three"])
        {
            Assert.Contains(expected, await client.ReadAsync(SimulationClient.ChatPath, SimulationClient.Chat("Next")), StringComparison.Ordinal);
        }

        Assert.All(provider.Requests, static request => Assert.Equal(SimulatedRequestOutcome.Completed, request.Outcome));
    }

    [Fact]
    public async Task CutAfter_OverASocket_EndsTheResponsePrematurely()
    {
        await using var server = Serve(Fault.CutAfter(2), out _);
        using var client = Remote(server);

        var (text, thrown) = await ReadAsync(client);

        Assert.Contains("two", text, StringComparison.Ordinal);
        Assert.Equal(HttpRequestError.ResponseEnded, Assert.IsType<HttpIOException>(thrown).HttpRequestError);
    }

    [Fact]
    public async Task ResetAfter_OverASocket_ResetsTheConnection()
    {
        await using var server = Serve(Fault.ResetAfter(2).With(Fault.SlowFirstToken(TimeSpan.FromMilliseconds(20))), out _);
        using var client = Remote(server);

        var (_, thrown) = await ReadAsync(client);

        Assert.Equal(SocketError.ConnectionReset, Assert.IsType<SocketException>(Assert.IsType<IOException>(thrown, exactMatch: false).InnerException).SocketErrorCode);
    }

    [Fact]
    public async Task ConnectionReset_OverASocket_FailsTheRequest()
    {
        await using var server = Serve(Fault.ConnectionReset(), out var provider);
        using var client = Remote(server);

        await Assert.ThrowsAsync<HttpRequestException>(() => client.SendAsync(SimulationClient.ChatPath, SimulationClient.Chat("Hello")));

        Assert.Contains(provider.Requests, static request => request.Outcome == SimulatedRequestOutcome.Failed);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task SilentProvider_CallerGoesAway_IsNoticed(bool never)
    {
        await using var server = Serve(never ? Fault.NeverAnswers() : Fault.StallAfter(1), out var provider);
        using (var client = Remote(server))
        {
            using var cancellation = new CancellationTokenSource();
            var sending = client.ReadAsync(SimulationClient.ChatPath, SimulationClient.Chat("Hello", stream: true), cancellation.Token);
            await UntilAsync(() => provider.InFlight == 1);
            await cancellation.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending);
        }

        await UntilAsync(() => provider.InFlight == 0);
        Assert.True(provider.Requests[0].WasCancelled);
    }

    [Fact]
    public async Task DisposeAsync_WhileAReplyStalls_EndsEverything()
    {
        var server = Serve(Fault.StallAfter(1), out var provider);
        using var client = Remote(server);
        var reading = ReadAsync(client);
        await UntilAsync(() => provider.InFlight == 1);

        await server.DisposeAsync();
        await server.DisposeAsync();

        Assert.NotNull((await reading).Thrown);
        Assert.Equal(0, provider.InFlight);
    }

    [Fact]
    public async Task ManyCallers_AtOnce_AllGetTheirOwnAnswer()
    {
        var provider = new SimulatedProvider().Respond(static request => $"echo {request.Prompt.LastUserText}");
        await using var server = SimulatedProviderServer.Start(provider);
        using var client = Remote(server);

        var answers = await Task.WhenAll(Enumerable.Range(0, 40).Select(i => client.ReadAsync(SimulationClient.ChatPath, SimulationClient.Chat($"caller-{i:00}", stream: i % 2 == 0))));

        for (var i = 0; i < answers.Length; i++)
        {
            Assert.Contains($"{i:00}", answers[i], StringComparison.Ordinal);
        }

        Assert.Equal(40, provider.RequestCount);
    }

    [Theory]
    [InlineData("hello\r\n\r\n")]
    [InlineData("POST / HTTP/1.1\r\nno colon\r\n\r\n")]
    [InlineData("POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n")]
    [InlineData("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n")]
    public async Task Garbage_InsteadOfHttp_ClosesTheConnectionAndServesOn(string garbage)
    {
        await using var server = SimulatedProviderServer.Start(new SimulatedProvider());
        using (var socket = new TcpClient())
        {
            await socket.ConnectAsync(IPAddress.Loopback, server.Address.Port);
            await socket.GetStream().WriteAsync(Encoding.ASCII.GetBytes(garbage));
            Assert.Equal(0, await ReadToCloseAsync(socket));
        }

        using var client = Remote(server);
        Assert.Contains("simulated", await client.ReadAsync(SimulationClient.ChatPath, SimulationClient.Chat("Hello")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ChunkedRequest_WithExpectContinue_IsRead()
    {
        var provider = new SimulatedProvider();
        await using var server = SimulatedProviderServer.Start(provider);
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(server.Address, SimulationClient.ChatPath)) { Content = new StringContent(SimulationClient.Chat("Chunked")) };
        request.Headers.TransferEncodingChunked = true;
        request.Headers.ExpectContinue = true;

        using var response = await http.SendAsync(request);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("Chunked", provider.Requests[0].Prompt.LastUserText);
    }

    private static async Task<int> ReadToCloseAsync(TcpClient socket)
    {
        try
        {
            return await socket.GetStream().ReadAsync(new byte[16]);
        }
        catch (IOException)
        {
            return 0; // Closed with bytes unread: the operating system says it with a reset.
        }
    }

    private static SimulatedProviderServer Serve(Fault fault, out SimulatedProvider provider)
    {
        provider = new SimulatedProvider().Respond("one two three four");
        provider.Faults.Always(fault);
        return SimulatedProviderServer.Start(provider);
    }

    private static SimulationClient Remote(SimulatedProviderServer server) => new(new HttpClient { BaseAddress = server.Address });

    private static async Task<(string Text, Exception? Thrown)> ReadAsync(SimulationClient client)
    {
        var text = new StringBuilder();
        try
        {
            using var response = await client.SendAsync(SimulationClient.ChatPath, SimulationClient.Chat("Hello", stream: true));
            var stream = await response.Content.ReadAsStreamAsync();
            var buffer = new byte[4096];
            while (await stream.ReadAsync(buffer) is > 0 and var count)
            {
                text.Append(Encoding.UTF8.GetString(buffer, 0, count));
            }
        }
        catch (Exception exception) when (exception is IOException or HttpRequestException)
        {
            return (text.ToString(), exception);
        }

        return (text.ToString(), null);
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        for (var i = 0; i < 5000 && !condition(); i++)
        {
            await Task.Delay(1);
        }

        Assert.True(condition());
    }
}
