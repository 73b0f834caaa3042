using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Sira.Backends.Tests.Support;
using Sira.Errors;

namespace Sira.Backends.Tests.Http;

public sealed class WireChatClientStreamTests
{
    private const string First = """{"id":"r1","model":"gpt-5-mini","choices":[{"index":0,"delta":{"role":"assistant","content":"Hel"}}]}""";
    private const string Second = """{"id":"r1","model":"gpt-5-mini","choices":[{"index":0,"delta":{"content":"lo"}}]}""";
    private const string Stop = """{"id":"r1","model":"gpt-5-mini","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}""";
    private const string Usage = """{"id":"r1","model":"gpt-5-mini","choices":[],"usage":{"prompt_tokens":3,"completion_tokens":2,"total_tokens":5}}""";

    [Fact]
    public async Task Stream_Complete_YieldsTextFinishAndUsage()
    {
        using var harness = BackendHarness.OpenAI();
        harness.Network.ThenEvents(": OPENROUTER PROCESSING", First, Second, Stop, Usage, "[DONE]");

        var updates = await ReadAsync(harness);

        var response = updates.ToChatResponse();
        Assert.Equal("Hello", response.Text);
        Assert.Equal(ChatFinishReason.Stop, response.FinishReason);
        Assert.Equal(5, response.Usage!.TotalTokenCount);
        Assert.Single(updates, static update => update.FinishReason is not null);
        var sent = harness.Network.Sent[0];
        Assert.Equal("""{"model":"gpt-5-mini","messages":[{"role":"user","content":"Hi"}],"stream":true,"stream_options":{"include_usage":true}}""", sent.Body);
        Assert.Equal("text/event-stream", sent.Headers["Accept"]);
    }

    [Fact]
    public async Task Stream_WithoutDoneButWithFinishReason_IsComplete()
    {
        using var harness = BackendHarness.OpenAI();
        harness.Network.ThenEvents(First, Stop);

        Assert.Equal("Hel", (await ReadAsync(harness)).ToChatResponse().Text);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Stream_WithoutFinishReason_IsTruncatedWithUsageAfterItsText(bool done)
    {
        using var harness = BackendHarness.OpenAI();
        harness.Network.ThenEvents([First, Usage, .. done ? ["[DONE]"] : Array.Empty<string>()]);
        var text = string.Empty;

        var exception = await Assert.ThrowsAsync<BackendException>(async () =>
        {
            await foreach (var update in Client(harness).GetStreamingResponseAsync("Hi"))
            {
                text += update.Text;
            }
        });

        Assert.Equal(BackendErrorKind.Truncated, exception.Kind);
        Assert.Equal(5, exception.Usage!.TotalTokenCount);
        Assert.Equal("Hel", text);
    }

    [Fact]
    public async Task Stream_EndsWithinAToolCall_DoesNotYieldHalfACall()
    {
        using var harness = BackendHarness.OpenAI();
        harness.Network.ThenEvents("""{"choices":[{"delta":{"tool_calls":[{"index":0,"id":"c1","function":{"name":"f","arguments":"{\"a\":"}}]}}]}""");
        var updates = new List<ChatResponseUpdate>();

        var exception = await Assert.ThrowsAsync<BackendException>(async () =>
        {
            await foreach (var update in Client(harness).GetStreamingResponseAsync("Hi"))
            {
                updates.Add(update);
            }
        });

        Assert.Equal(BackendErrorKind.Truncated, exception.Kind);
        Assert.Empty(updates);
    }

    [Fact]
    public async Task Stream_BreaksBeforeTheFirstEvent_IsTransport()
    {
        using var harness = BackendHarness.OpenAI();
        harness.Network.ThenStream(new ScriptedStream().Send(": wait\n\n").Throw(new HttpIOException(HttpRequestError.ResponseEnded)));

        var exception = await Assert.ThrowsAsync<BackendException>(() => ReadAsync(harness));

        Assert.Equal(BackendErrorKind.Transport, exception.Kind);
    }

    [Fact]
    public async Task Stream_BreaksAfterAnEvent_IsTruncated()
    {
        using var harness = BackendHarness.OpenAI();
        var body = new ScriptedStream().Send(FakeHttpHandler.Events(First)).Throw(new IOException("reset by peer"));
        harness.Network.ThenStream(body);

        var exception = await Assert.ThrowsAsync<BackendException>(() => ReadAsync(harness));

        Assert.Equal(BackendErrorKind.Truncated, exception.Kind);
        Assert.True(body.IsDisposed);
    }

    [Fact]
    public async Task Stream_WithoutAnyEvent_IsMalformed()
    {
        using var harness = BackendHarness.OpenAI();
        harness.Network.ThenText("it works!", "text/plain");

        Assert.Equal(BackendErrorKind.MalformedResponse, (await Assert.ThrowsAsync<BackendException>(() => ReadAsync(harness))).Kind);
    }

    [Theory]
    [InlineData("""{"error":{"message":"overloaded","code":529}}""", BackendErrorKind.Overloaded)]
    [InlineData("""{"error":{"message":"boom","type":"server_error"}}""", BackendErrorKind.ServerError)]
    [InlineData("""{"error":"odd"}""", BackendErrorKind.ServerError)]
    [InlineData("{not json", BackendErrorKind.MalformedResponse)]
    [InlineData("[]", BackendErrorKind.MalformedResponse)]
    public async Task Stream_ErrorOrGarbageMidway_IsClassifiedWithTheUsageSoFar(string data, BackendErrorKind kind)
    {
        using var harness = BackendHarness.OpenAI();
        harness.Network.ThenEvents(First, """{"choices":[{"delta":{"content":"x"}}],"usage":{"prompt_tokens":3,"completion_tokens":1,"total_tokens":4}}""", data);

        var exception = await Assert.ThrowsAsync<BackendException>(() => ReadAsync(harness));

        Assert.Equal(kind, exception.Kind);
        Assert.Equal("openai", exception.Backend);
    }

    [Fact]
    public async Task Stream_AnsweredByAWholeResponse_IsConverted()
    {
        using var harness = BackendHarness.OpenAI();
        harness.Network.ThenJson("""{"id":"r1","choices":[{"message":{"role":"assistant","content":"Hello"},"finish_reason":"stop"}],"usage":{"prompt_tokens":3,"completion_tokens":2,"total_tokens":5}}""");

        var response = (await ReadAsync(harness)).ToChatResponse();

        Assert.Equal("Hello", response.Text);
        Assert.Equal(ChatFinishReason.Stop, response.FinishReason);
        Assert.Equal(5, response.Usage!.TotalTokenCount);
    }

    [Fact]
    public async Task Stream_AnsweredByAnErrorUnder200_Throws()
    {
        using var harness = BackendHarness.OpenAI();
        harness.Network.ThenJson("""{"error":{"message":"no","code":"content_filter"}}""");

        Assert.Equal(BackendErrorKind.ContentPolicy, (await Assert.ThrowsAsync<BackendException>(() => ReadAsync(harness))).Kind);
    }

    [Fact]
    public async Task Stream_CallerCancelsMidway_ThrowsTheCallersCancellationAndAborts()
    {
        using var harness = BackendHarness.OpenAI();
        var body = new ScriptedStream().Send(FakeHttpHandler.Events(First)).Hang();
        harness.Network.ThenStream(body);
        using var source = new CancellationTokenSource();
        await using var updates = Client(harness).GetStreamingResponseAsync("Hi", null, source.Token).GetAsyncEnumerator();

        Assert.True(await updates.MoveNextAsync());
        var pending = updates.MoveNextAsync().AsTask();
        await source.CancelAsync();

        var exception = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => pending);
        Assert.Equal(source.Token, exception.CancellationToken);
        Assert.True(body.IsDisposed);
    }

    [Fact]
    public async Task Stream_ReaderLeavesEarly_DisposesTheResponse()
    {
        using var harness = BackendHarness.OpenAI();
        var body = new ScriptedStream().Send(FakeHttpHandler.Events(First, Second)).Hang();
        harness.Network.ThenStream(body);

        await foreach (var _ in Client(harness).GetStreamingResponseAsync("Hi"))
        {
            break;
        }

        Assert.True(body.IsDisposed);
    }

    [Fact]
    public async Task Stream_AfterDone_DoesNotWaitForTheConnectionToClose()
    {
        using var harness = BackendHarness.OpenAI();
        harness.Network.ThenStream(new ScriptedStream().Send(FakeHttpHandler.Events(First, Stop, "[DONE]")).Hang());

        Assert.Equal("Hel", (await ReadAsync(harness)).ToChatResponse().Text);
    }

    [Fact]
    public async Task Stream_LongerThanTheLimit_IsMalformed()
    {
        using var harness = new BackendHarness(static sira => sira.AddOpenAI(static options =>
        {
            options.ApiKeys.Add("k");
            options.MaximumResponseBytes = 300;
        }));
        var body = new ScriptedStream();
        for (var i = 0; i < 10; i++)
        {
            body.Send(FakeHttpHandler.Events(Second));
        }

        harness.Network.ThenStream(body);

        var exception = await Assert.ThrowsAsync<BackendException>(() => ReadAsync(harness));

        Assert.Equal(BackendErrorKind.MalformedResponse, exception.Kind);
        Assert.Contains("300 bytes", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stream_EventsSplitAnywhere_ReadTheSame()
    {
        var text = FakeHttpHandler.Events(First, Second, Stop, Usage, "[DONE]").Replace("\n", "\r\n", StringComparison.Ordinal);
        for (var size = 1; size < 40; size += 3)
        {
            using var harness = BackendHarness.OpenAI();
            var body = new ScriptedStream();
            foreach (var piece in text.Chunk(size))
            {
                body.Send(new string(piece));
            }

            harness.Network.ThenStream(body);
            Assert.Equal("Hello", (await ReadAsync(harness)).ToChatResponse().Text);
        }
    }

    private static async Task<List<ChatResponseUpdate>> ReadAsync(BackendHarness harness)
    {
        var updates = new List<ChatResponseUpdate>();
        await foreach (var update in Client(harness).GetStreamingResponseAsync("Hi"))
        {
            updates.Add(update);
        }

        return updates;
    }

    private static IChatClient Client(BackendHarness harness) => harness.LoadOne().GetChatClient("gpt-5-mini");
}
