using System.Net;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Sira.Backends.Tests.Support;
using Sira.Errors;
using Sira.Requests;

namespace Sira.Backends.Tests.Http;

public sealed class WireChatClientTests
{
    private const string Answer = """{"id":"r1","object":"chat.completion","created":1700000000,"model":"gpt-5-mini-2025-08-07","choices":[{"index":0,"message":{"role":"assistant","content":"Hello"},"finish_reason":"stop"}],"usage":{"prompt_tokens":3,"completion_tokens":2,"total_tokens":5}}""";

    [Fact]
    public async Task GetResponseAsync_PlainRequest_SendsModelKeyAndBody()
    {
        using var harness = BackendHarness.OpenAI("sk-test-0123456789abcdef");
        harness.Network.ThenJson(Answer);

        var response = await Client(harness).GetResponseAsync("Hi", new ChatOptions { ModelId = "another-model" });

        var sent = Assert.Single(harness.Network.Sent);
        Assert.Equal("https://api.openai.com/v1/chat/completions", sent.Address.ToString());
        Assert.Equal("Bearer sk-test-0123456789abcdef", sent.Headers["Authorization"]);
        Assert.Equal("""{"model":"gpt-5-mini","messages":[{"role":"user","content":"Hi"}]}""", sent.Body);
        Assert.Equal("Hello", response.Text);
        Assert.Equal(ChatFinishReason.Stop, response.FinishReason);
        Assert.Equal("gpt-5-mini-2025-08-07", response.ModelId);
        Assert.Equal(5, response.Usage!.TotalTokenCount);
    }

    [Theory]
    [InlineData(400, BackendErrorKind.BadRequest)]
    [InlineData(401, BackendErrorKind.Authentication)]
    [InlineData(402, BackendErrorKind.Billing)]
    [InlineData(403, BackendErrorKind.Authentication)]
    [InlineData(404, BackendErrorKind.ModelNotFound)]
    [InlineData(408, BackendErrorKind.ServerError)]
    [InlineData(413, BackendErrorKind.BadRequest)]
    [InlineData(422, BackendErrorKind.BadRequest)]
    [InlineData(429, BackendErrorKind.RateLimited)]
    [InlineData(500, BackendErrorKind.ServerError)]
    [InlineData(502, BackendErrorKind.ServerError)]
    [InlineData(503, BackendErrorKind.Overloaded)]
    [InlineData(504, BackendErrorKind.ServerError)]
    [InlineData(529, BackendErrorKind.Overloaded)]
    [InlineData(302, BackendErrorKind.MalformedResponse)]
    public async Task GetResponseAsync_FailureStatusWithHtml_IsClassifiedByStatus(int status, BackendErrorKind kind)
    {
        using var harness = BackendHarness.OpenAI();
        harness.Network.ThenText("<html><body>Nope</body></html>", "text/html", (HttpStatusCode)status);

        var exception = await Assert.ThrowsAsync<BackendException>(() => Client(harness).GetResponseAsync("Hi"));

        Assert.Equal(kind, exception.Kind);
        Assert.Equal(status, exception.StatusCode);
        Assert.Equal("openai", exception.Backend);
        Assert.Equal("gpt-5-mini", exception.ModelId);
        Assert.Equal("<html><body>Nope</body></html>", exception.ResponseExcerpt);
    }

    [Fact]
    public async Task GetResponseAsync_ErrorBody_CarriesCodeMessageRequestIdAndRetryAfter()
    {
        using var harness = BackendHarness.OpenAI();
        harness.Network.ThenJson("""{"error":{"message":"Slow down","type":"requests","code":"rate_limit_exceeded"}}""", HttpStatusCode.TooManyRequests, ("x-request-id", "req_7"), ("retry-after", "12"));

        var exception = await Assert.ThrowsAsync<BackendException>(() => Client(harness).GetResponseAsync("Hi"));

        Assert.Equal(BackendErrorKind.RateLimited, exception.Kind);
        Assert.Equal("rate_limit_exceeded", exception.ProviderCode);
        Assert.Equal("req_7", exception.RequestId);
        Assert.Equal(TimeSpan.FromSeconds(12), exception.RetryAfter);
        Assert.Contains("Slow down", exception.Message, StringComparison.Ordinal);
        Assert.False(exception.CanRotateKey);
    }

    [Fact]
    public async Task GetResponseAsync_BodyKindMorePreciseThanStatus_Wins()
    {
        using var harness = BackendHarness.OpenAI();
        harness.Network.ThenJson("""{"error":{"message":"You exceeded your current quota","type":"insufficient_quota","code":"insufficient_quota"}}""", HttpStatusCode.TooManyRequests);

        var exception = await Assert.ThrowsAsync<BackendException>(() => Client(harness).GetResponseAsync("Hi"));

        Assert.Equal(BackendErrorKind.QuotaExhausted, exception.Kind);
    }

    [Fact]
    public async Task GetResponseAsync_ProviderEchoesTheKey_ItIsNowhereInTheException()
    {
        const string Key = "sk-secret-0123456789-wxyz";
        using var harness = BackendHarness.OpenAI(Key);
        harness.Network.ThenJson($$$"""{"error":{"message":"Incorrect API key provided: {{{Key}}}.","code":"invalid_api_key"}}""", HttpStatusCode.Unauthorized);

        var exception = await Assert.ThrowsAsync<BackendException>(() => Client(harness).GetResponseAsync("Hi"));

        Assert.DoesNotContain("sk-secret", exception.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("sk-secret", exception.ResponseExcerpt, StringComparison.Ordinal);
        Assert.Contains("key 1 (…wxyz)", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task GetResponseAsync_HugeErrorBody_ExcerptIsBounded()
    {
        using var harness = BackendHarness.OpenAI();
        harness.Network.ThenText(new string('x', 1_000_000), "text/plain", HttpStatusCode.InternalServerError);

        var exception = await Assert.ThrowsAsync<BackendException>(() => Client(harness).GetResponseAsync("Hi"));

        Assert.Equal(BackendException.MaximumExcerptLength, exception.ResponseExcerpt!.Length);
    }

    [Fact]
    public async Task GetResponseAsync_ErrorBodyStalls_StatusIsReportedAfterALimit()
    {
        using var harness = BackendHarness.OpenAI();
        harness.Network.ThenStream(new ScriptedStream().Hang(), "application/json", HttpStatusCode.ServiceUnavailable);

        var pending = Client(harness).GetResponseAsync("Hi");
        Assert.False(pending.IsCompleted);
        harness.Time.Advance(TimeSpan.FromSeconds(5));

        var exception = await Assert.ThrowsAsync<BackendException>(() => pending);
        Assert.Equal(BackendErrorKind.Overloaded, exception.Kind);
    }

    [Theory]
    [InlineData("<html>login</html>", "text/html")]
    [InlineData("", "application/json")]
    [InlineData("{\"id\":\"r1\",\"choices\":[{\"mess", "application/json")]
    [InlineData("[1,2,3]", "application/json")]
    [InlineData("{\"choices\":[]}", "application/json")]
    [InlineData("{\"choices\":\"none\"}", "application/json")]
    [InlineData("null", "application/json")]
    public async Task GetResponseAsync_SuccessThatIsNoAnswer_IsMalformed(string body, string mediaType)
    {
        using var harness = BackendHarness.OpenAI();
        harness.Network.ThenText(body, mediaType);

        var exception = await Assert.ThrowsAsync<BackendException>(() => Client(harness).GetResponseAsync("Hi"));

        Assert.Equal(BackendErrorKind.MalformedResponse, exception.Kind);
        Assert.Equal("openai", exception.Backend);
    }

    [Fact]
    public async Task GetResponseAsync_ErrorUnder200_IsClassified()
    {
        using var harness = BackendHarness.OpenAI();
        harness.Network.ThenJson("""{"error":{"code":429,"message":"busy"}}""");

        var exception = await Assert.ThrowsAsync<BackendException>(() => Client(harness).GetResponseAsync("Hi"));

        Assert.Equal(BackendErrorKind.RateLimited, exception.Kind);
        Assert.Equal(200, exception.StatusCode);
    }

    [Fact]
    public async Task GetResponseAsync_WithoutFinishReason_IsTruncatedWithUsage()
    {
        using var harness = BackendHarness.OpenAI();
        harness.Network.ThenJson(Answer.Replace("\"finish_reason\":\"stop\"", "\"finish_reason\":null", StringComparison.Ordinal));

        var exception = await Assert.ThrowsAsync<BackendException>(() => Client(harness).GetResponseAsync("Hi"));

        Assert.Equal(BackendErrorKind.Truncated, exception.Kind);
        Assert.Equal(5, exception.Usage!.TotalTokenCount);
    }

    [Fact]
    public async Task GetResponseAsync_WithoutFinishReasonWhereNoneIsRequired_Passes()
    {
        using var harness = new BackendHarness(static sira => sira.AddOpenAICompatible("local", static options =>
        {
            options.Endpoint = new Uri("http://localhost:8000/v1");
            options.RequireFinishReason = false;
        }));
        harness.Network.ThenJson("""{"choices":[{"message":{"role":"assistant","content":"Hello"}}]}""");

        var response = await Client(harness).GetResponseAsync("Hi");

        Assert.Equal("Hello", response.Text);
        Assert.False(harness.Network.Sent[0].Headers.ContainsKey("Authorization"));
    }

    [Fact]
    public async Task GetResponseAsync_AnsweredByAStream_IsPutTogether()
    {
        using var harness = BackendHarness.OpenAI();
        harness.Network.ThenEvents("""{"choices":[{"delta":{"content":"Hel"}}]}""", """{"choices":[{"delta":{"content":"lo"},"finish_reason":"stop"}]}""", "[DONE]");

        var response = await Client(harness).GetResponseAsync("Hi");

        Assert.Equal("Hello", response.Text);
        Assert.Equal(ChatFinishReason.Stop, response.FinishReason);
    }

    [Fact]
    public async Task GetResponseAsync_AnswerLongerThanTheLimit_IsMalformed()
    {
        using var harness = new BackendHarness(static sira => sira.AddOpenAI(static options =>
        {
            options.ApiKeys.Add("k");
            options.MaximumResponseBytes = 100;
        }));
        harness.Network.ThenJson(Answer);

        var exception = await Assert.ThrowsAsync<BackendException>(() => Client(harness).GetResponseAsync("Hi"));

        Assert.Equal(BackendErrorKind.MalformedResponse, exception.Kind);
        Assert.Contains("MaximumResponseBytes", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task GetResponseAsync_HeadersDoNotCome_FailsAfterTheHeadersTimeout()
    {
        using var harness = BackendHarness.OpenAI();
        harness.Network.ThenHang();

        var pending = Client(harness).GetResponseAsync("Hi", new SiraChatOptions { HeadersTimeout = TimeSpan.FromSeconds(30) });
        harness.Time.Advance(TimeSpan.FromSeconds(29));
        Assert.False(pending.IsCompleted);
        harness.Time.Advance(TimeSpan.FromSeconds(1));

        var exception = await Assert.ThrowsAsync<BackendException>(() => pending);
        Assert.Equal(BackendErrorKind.HeadersTimeout, exception.Kind);
        Assert.Null(exception.StatusCode);
        Assert.True(harness.Network.LastToken.IsCancellationRequested);
        Assert.Equal(0, harness.Time.ActiveTimers);
    }

    [Fact]
    public async Task GetResponseAsync_AnsweredInTime_LeavesNoTimer()
    {
        using var harness = BackendHarness.OpenAI();
        harness.Network.ThenJson(Answer);

        await Client(harness).GetResponseAsync("Hi", new SiraChatOptions { HeadersTimeout = TimeSpan.FromSeconds(30) });

        Assert.Equal(0, harness.Time.ActiveTimers);
    }

    [Fact]
    public async Task GetResponseAsync_CallerCancels_ThrowsTheCallersCancellation()
    {
        using var harness = BackendHarness.OpenAI();
        harness.Network.ThenHang();
        using var source = new CancellationTokenSource();

        var pending = Client(harness).GetResponseAsync("Hi", new SiraChatOptions { HeadersTimeout = TimeSpan.FromSeconds(30) }, source.Token);
        await source.CancelAsync();

        var exception = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => pending);
        Assert.Equal(source.Token, exception.CancellationToken);
        Assert.True(harness.Network.LastToken.IsCancellationRequested);
    }

    [Fact]
    public async Task GetResponseAsync_CancelledBefore_SendsNothing()
    {
        using var harness = BackendHarness.OpenAI();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Client(harness).GetResponseAsync("Hi", null, new CancellationToken(canceled: true)));

        Assert.Empty(harness.Network.Sent);
    }

    [Fact]
    public async Task GetResponseAsync_TransportFailures_AreClassifiedByShape()
    {
        await ExpectAsync(new HttpRequestException(HttpRequestError.ConnectionError, "refused"), BackendErrorKind.Transport);
        await ExpectAsync(new HttpRequestException(HttpRequestError.NameResolutionError, "no such host"), BackendErrorKind.Transport);
        await ExpectAsync(new IOException("reset"), BackendErrorKind.Transport);
        await ExpectAsync(new TaskCanceledException("connect", new TimeoutException("no connection")), BackendErrorKind.ConnectTimeout);
        await ExpectAsync(new TaskCanceledException("client", new TimeoutException("HttpClient.Timeout", new TaskCanceledException())), BackendErrorKind.HeadersTimeout);
        await ExpectAsync(new HttpRequestException("timed out", new System.Net.Sockets.SocketException((int)System.Net.Sockets.SocketError.TimedOut)), BackendErrorKind.ConnectTimeout);
        await ExpectAsync(new NotSupportedException("odd handler"), BackendErrorKind.Unknown);

        static async Task ExpectAsync(Exception thrown, BackendErrorKind kind)
        {
            using var harness = BackendHarness.OpenAI();
            harness.Network.ThenThrow(thrown);
            var exception = await Assert.ThrowsAsync<BackendException>(() => Client(harness).GetResponseAsync("Hi"));
            Assert.Equal(kind, exception.Kind);
            Assert.NotNull(exception.InnerException);
        }
    }

    [Fact]
    public async Task GetResponseAsync_ArgumentsThatCannotBeWritten_IsABadRequest()
    {
        using var harness = BackendHarness.OpenAI();
        var call = new FunctionCallContent("c1", "f", new Dictionary<string, object?> { ["x"] = new Uri[1, 1] });

        var exception = await Assert.ThrowsAsync<BackendException>(() => Client(harness).GetResponseAsync([new ChatMessage(ChatRole.Assistant, [call])]));

        Assert.Equal(BackendErrorKind.BadRequest, exception.Kind);
        Assert.Empty(harness.Network.Sent);
    }

    [Fact]
    public void GetService_Metadata_NamesProviderAndModel()
    {
        using var harness = BackendHarness.OpenAI();

        var metadata = Client(harness).GetService<ChatClientMetadata>()!;

        Assert.Equal("openai", metadata.ProviderName);
        Assert.Equal("gpt-5-mini", metadata.DefaultModelId);
        Assert.Equal(new Uri("https://api.openai.com/v1"), metadata.ProviderUri);
        Assert.Null(Client(harness).GetService(typeof(ChatClientMetadata), "key"));
    }

    private static IChatClient Client(BackendHarness harness) => harness.LoadOne().GetChatClient("gpt-5-mini");
}
