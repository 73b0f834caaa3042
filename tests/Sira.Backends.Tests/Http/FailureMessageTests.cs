using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Sira.Backends.Tests.Support;
using Sira.Errors;
using Sira.Requests;

namespace Sira.Backends.Tests.Http;

public sealed class FailureMessageTests
{
    [Theory]
    [InlineData("Slow down", "openai/m failed (RateLimited): HTTP 429: Slow down [key 1 (…cdef)].")]
    [InlineData("Slow down.", "openai/m failed (RateLimited): HTTP 429: Slow down [key 1 (…cdef)].")]
    [InlineData("Why so fast?", "openai/m failed (RateLimited): HTTP 429: Why so fast? [key 1 (…cdef)].")]
    public async Task Message_OfTheProvider_EndsAsASentence(string said, string expected)
    {
        using var harness = BackendHarness.OpenAI();
        harness.Network.ThenJson($$$"""{"error":{"message":"{{{said}}}","code":"rate_limit_exceeded"}}""", HttpStatusCode.TooManyRequests);

        Assert.Equal(expected, (await FailAsync(harness)).Message);
    }

    [Fact]
    public async Task Message_WithoutAnyOfTheProvider_EndsAsASentence()
    {
        using var harness = BackendHarness.OpenAI();
        harness.Network.ThenText("<html></html>", "text/html", HttpStatusCode.BadGateway);

        Assert.Equal("openai/m failed (ServerError): HTTP 502: the call failed.", (await FailAsync(harness)).Message);
    }

    [Fact]
    public async Task Message_ShortKey_DoesNotGarbleWords()
    {
        using var harness = BackendHarness.OpenAI("model");
        harness.Network.ThenJson("""{"error":{"message":"The model is busy"}}""", HttpStatusCode.ServiceUnavailable);

        Assert.Contains("The model is busy.", (await FailAsync(harness)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Message_ConnectionReset_SaysTheInnermostCause()
    {
        using var harness = BackendHarness.OpenAI();
        var reset = new SocketException((int)SocketError.ConnectionReset);
        harness.Network.ThenThrow(new HttpRequestException("An error occurred while sending the request.", new IOException("The response ended.", reset)));

        var exception = await FailAsync(harness);

        Assert.Equal($"openai/m failed (Transport): the connection failed: An error occurred while sending the request: {reset.Message}.", exception.Message);
    }

    [Fact]
    public async Task Message_CauseThatSaysTheSame_IsNotRepeated()
    {
        using var harness = BackendHarness.OpenAI();
        harness.Network.ThenThrow(new HttpRequestException("Connection refused (api.openai.com:443)", new HttpRequestException("Connection refused")));

        Assert.Equal("openai/m failed (Transport): the connection failed: Connection refused (api.openai.com:443).", (await FailAsync(harness)).Message);
    }

    [Fact]
    public async Task Message_StreamBreaksOff_SaysTheInnermostCause()
    {
        using var harness = BackendHarness.OpenAI();
        harness.Network.ThenStream(new ScriptedStream().Throw(new IOException("The response ended prematurely.", new IOException("tcp says no"))));

        var exception = await Assert.ThrowsAsync<BackendException>(async () =>
        {
            await foreach (var _ in harness.LoadOne().GetChatClient("m").GetStreamingResponseAsync("Hi"))
            {
            }
        });

        Assert.EndsWith("The response ended prematurely: tcp says no.", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Message_HeadersTimeout_NamesTheSetting()
    {
        using var harness = BackendHarness.OpenAI();
        harness.Network.ThenHang();

        var pending = FailAsync(harness, new SiraChatOptions { HeadersTimeout = TimeSpan.FromSeconds(30) });
        harness.Time.Advance(TimeSpan.FromSeconds(30));

        Assert.Equal("openai/m failed (HeadersTimeout): no response headers within the headers timeout of 30 s. Raise the route's Timeouts.Headers if the provider needs longer.", (await pending).Message);
    }

    [Fact]
    public async Task Message_ConnectTimeout_NamesTheSetting()
    {
        using var harness = BackendHarness.OpenAI();
        harness.Network.ThenThrow(new TaskCanceledException("connect", new TimeoutException("no connection")));

        Assert.EndsWith(" Raise the backend's ConnectTimeout if it needs longer.", (await FailAsync(harness)).Message, StringComparison.Ordinal);
    }

    private static Task<BackendException> FailAsync(BackendHarness harness, ChatOptions? options = null) =>
        Assert.ThrowsAsync<BackendException>(() => harness.LoadOne().GetChatClient("m").GetResponseAsync("Hi", options));
}
