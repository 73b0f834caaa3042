using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Sira.Simulation.Faults;
using Sira.Simulation.Time;

namespace Sira.Simulation.Tests.Faults;

/// <summary>Every kind of fault as an ordinary HttpClient meets it.</summary>
public sealed class FaultAtHttpClientTests
{
    private readonly VirtualTimeProvider clock = new();

    public static TheoryData<string, string, int, string> ErrorBodies => new()
    {
        { nameof(Fault.RateLimited), "chat", 429, "\"code\":\"rate_limit_exceeded\"" },
        { nameof(Fault.RateLimited), "messages", 429, "\"type\":\"rate_limit_error\"" },
        { nameof(Fault.RateLimited), "gemini", 429, "\"status\":\"RESOURCE_EXHAUSTED\"" },
        { nameof(Fault.QuotaExhausted), "responses", 429, "\"code\":\"insufficient_quota\"" },
        { nameof(Fault.QuotaExhausted), "messages", 400, "credit balance is too low" },
        { nameof(Fault.QuotaExhausted), "gemini", 429, "PerDay" },
        { nameof(Fault.ServerError), "chat", 500, "\"type\":\"server_error\"" },
        { nameof(Fault.ServerError), "messages", 500, "\"type\":\"api_error\"" },
        { nameof(Fault.ServerError), "gemini", 500, "\"status\":\"INTERNAL\"" },
        { nameof(Fault.Unavailable), "chat", 503, "overloaded" },
        { nameof(Fault.Overloaded), "messages", 529, "\"type\":\"overloaded_error\"" },
        { nameof(Fault.Overloaded), "gemini", 503, "\"status\":\"UNAVAILABLE\"" },
        { nameof(Fault.Unauthorized), "chat", 401, "\"code\":\"invalid_api_key\"" },
        { nameof(Fault.Unauthorized), "messages", 401, "\"type\":\"authentication_error\"" },
        { nameof(Fault.Unauthorized), "gemini", 400, "API_KEY_INVALID" },
        { nameof(Fault.PaymentRequired), "chat", 402, "Insufficient Balance" },
        { nameof(Fault.PaymentRequired), "messages", 402, "\"type\":\"billing_error\"" },
        { nameof(Fault.Forbidden), "messages", 403, "\"type\":\"permission_error\"" },
        { nameof(Fault.ModelNotFound), "chat", 404, "\"code\":\"model_not_found\"" },
        { nameof(Fault.ModelNotFound), "messages", 404, "\"message\":\"model: m\"" },
        { nameof(Fault.ModelNotFound), "gemini", 404, "\"status\":\"NOT_FOUND\"" },
        { nameof(Fault.ContextLengthExceeded), "chat", 400, "\"code\":\"context_length_exceeded\"" },
        { nameof(Fault.ContextLengthExceeded), "messages", 400, "prompt is too long" },
        { nameof(Fault.ContextLengthExceeded), "gemini", 400, "exceeds the maximum number of tokens" },
        { nameof(Fault.ContentFiltered), "chat", 400, "\"code\":\"content_filter\"" },
        { nameof(Fault.ContentFiltered), "messages", 400, "content filtering policy" },
        { nameof(Fault.ContentFiltered), "gemini", 200, "\"blockReason\":\"SAFETY\"" },
    };

    [Theory]
    [MemberData(nameof(ErrorBodies))]
    public async Task ProviderError_OnEachWire_HasStatusAndBodyOfThatProvider(string fault, string wire, int status, string fragment)
    {
        var made = (Fault)typeof(Fault).GetMethod(fault)!.Invoke(null, [.. typeof(Fault).GetMethod(fault)!.GetParameters().Select(static parameter => parameter.DefaultValue)])!;
        using var client = Client(made, out var provider);
        foreach (var stream in (bool[])[false, true])
        {
            var (path, body) = SimulationClient.Request(wire, "Hello", stream);

            using var response = await client.SendAsync(path, body);

            Assert.Equal(status, (int)response.StatusCode);
            var text = await response.Content.ReadAsStringAsync();
            Assert.Contains(fragment, text, StringComparison.Ordinal);
            Assert.Single(stream && status == 200 ? ServerSentEvents.Json(text) : [JsonDocument.Parse(text).RootElement]);
        }

        Assert.All(provider.Requests, request => Assert.Equal((SimulatedRequestOutcome.Completed, status), (request.Outcome, request.Status)));
    }

    [Theory]
    [InlineData(RetryAfterStyle.Seconds, "Retry-After", "91")]
    [InlineData(RetryAfterStyle.HttpDate, "Retry-After", "Thu, 01 Jan 2026 00:01:30 GMT")]
    [InlineData(RetryAfterStyle.Milliseconds, "retry-after-ms", "90500")]
    [InlineData(RetryAfterStyle.OpenAIResetHeader, "x-ratelimit-reset-requests", "1m30.5s")]
    [InlineData(RetryAfterStyle.AnthropicResetHeader, "anthropic-ratelimit-requests-reset", "2026-01-01T00:01:30Z")]
    public async Task RateLimited_WithStyle_SpellsDelayThatWay(RetryAfterStyle style, string header, string value)
    {
        using var client = Client(Fault.RateLimited(TimeSpan.FromSeconds(90.5), style), out _);

        using var response = await client.SendAsync(SimulationClient.ChatPath, SimulationClient.Chat("Hello"));

        Assert.Equal(HttpStatusCode.TooManyRequests, response.StatusCode);
        Assert.Equal(value, Assert.Single(response.Headers.NonValidated[header]));
    }

    [Fact]
    public async Task RateLimited_OnGemini_TellsDelayInBodyOnly()
    {
        using var client = Client(Fault.RateLimited(TimeSpan.FromSeconds(34.5)), out _);

        using var response = await client.SendAsync(SimulationClient.GeminiPath, SimulationClient.Gemini("Hello"));

        Assert.False(response.Headers.Contains("Retry-After"));
        Assert.Contains("\"retryDelay\":\"34.5s\"", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ConnectionReset_BeforeHeaders_ThrowsRequestException()
    {
        using var client = Client(Fault.ConnectionReset(), out var provider);

        var thrown = await Assert.ThrowsAsync<HttpRequestException>(() => client.SendAsync(SimulationClient.ChatPath, SimulationClient.Chat("Hello")));

        Assert.Equal(SocketError.ConnectionReset, Assert.IsType<SocketException>(thrown.InnerException!.InnerException).SocketErrorCode);
        Assert.Equal(SimulatedRequestOutcome.Failed, provider.Requests[0].Outcome);
        Assert.Equal(0, provider.InFlight);
    }

    [Fact]
    public async Task ConnectionRefused_Always_ThrowsConnectionError()
    {
        using var client = Client(Fault.ConnectionRefused(), out _);

        var thrown = await Assert.ThrowsAsync<HttpRequestException>(() => client.SendAsync(SimulationClient.ChatPath, SimulationClient.Chat("Hello")));

        Assert.Equal(HttpRequestError.ConnectionError, thrown.HttpRequestError);
    }

    [Fact]
    public async Task NeverAnswers_Cancelled_EndsAndIsRecorded()
    {
        using var client = Client(Fault.NeverAnswers(), out var provider);
        using var cancellation = new CancellationTokenSource();
        var sending = client.SendAsync(SimulationClient.ChatPath, SimulationClient.Chat("Hello"), cancellation.Token);
        clock.Advance(TimeSpan.FromDays(1));
        Assert.False(sending.IsCompleted);
        Assert.Equal(1, provider.InFlight);

        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending);
        Assert.True(provider.Requests[0].WasCancelled);
        Assert.Equal(0, provider.InFlight);
    }

    [Theory]
    [InlineData("chat")]
    [InlineData("responses")]
    [InlineData("messages")]
    [InlineData("gemini")]
    public async Task CutAfter_MidStream_DeliversThatManyTokensAndThrows(string wire)
    {
        using var client = Client(Fault.CutAfter(3), out var provider);

        var (text, thrown) = await ReadUntilFailureAsync(client, wire);

        Assert.Equal(HttpRequestError.ResponseEnded, Assert.IsType<HttpIOException>(thrown).HttpRequestError);
        Assert.Contains("three", text, StringComparison.Ordinal);
        Assert.DoesNotContain("four", text, StringComparison.Ordinal);
        Assert.Equal(SimulatedRequestOutcome.Failed, provider.Requests[0].Outcome);
    }

    [Theory]
    [InlineData("chat", "\"finish_reason\":\"stop\"")]
    [InlineData("responses", "response.completed")]
    [InlineData("messages", "end_turn")]
    [InlineData("gemini", "finishReason")]
    public async Task CutAfter_BeyondTheAnswer_StillHidesTheFinishReason(string wire, string finish)
    {
        using var client = Client(Fault.CutAfter(1000), out _);

        var (text, thrown) = await ReadUntilFailureAsync(client, wire);

        // Gemini's last token and its finish reason are one event, so there the break comes a token earlier.
        Assert.IsType<HttpIOException>(thrown);
        Assert.Contains(wire == "gemini" ? "three" : "four", text, StringComparison.Ordinal);
        Assert.DoesNotContain(finish, text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CutAfter_UnaryAnswer_BreaksOffInTheBody()
    {
        using var client = Client(Fault.CutAfter(2), out _);
        using var response = await client.SendAsync(SimulationClient.ChatPath, SimulationClient.Chat("Hello"));

        var thrown = await Assert.ThrowsAsync<HttpRequestException>(() => response.Content.ReadAsStringAsync());

        Assert.IsType<HttpIOException>(thrown.InnerException);
    }

    [Fact]
    public async Task ResetAfter_MidStream_ThrowsWithSocketError()
    {
        using var client = Client(Fault.ResetAfter(2), out _);

        var (text, thrown) = await ReadUntilFailureAsync(client, "chat");

        Assert.Equal(SocketError.ConnectionReset, Assert.IsType<SocketException>(Assert.IsType<IOException>(thrown).InnerException).SocketErrorCode);
        Assert.Contains("two", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task StallAfter_MidStream_WaitsUntilCancelled()
    {
        using var client = Client(Fault.StallAfter(2), out var provider);
        using var response = await client.SendAsync(SimulationClient.ChatPath, SimulationClient.Chat("Hello", stream: true));
        var stream = await response.Content.ReadAsStreamAsync();
        using var cancellation = new CancellationTokenSource();
        var reading = ReadAllAsync(stream, cancellation.Token);
        clock.Advance(TimeSpan.FromDays(1));
        Assert.False(reading.IsCompleted);

        await cancellation.CancelAsync();

        var (text, thrown) = await reading;
        Assert.IsType<OperationCanceledException>(thrown, exactMatch: false);
        Assert.Contains("two", text, StringComparison.Ordinal);
        Assert.True(provider.Requests[0].WasCancelled);
    }

    [Fact]
    public async Task StallAfter_ResponseDisposedUnderTheReader_EndsTheRead()
    {
        using var client = Client(Fault.StallAfter(0), out var provider);
        var response = await client.SendAsync(SimulationClient.ChatPath, SimulationClient.Chat("Hello", stream: true));
        var reading = ReadAllAsync(await response.Content.ReadAsStreamAsync(), CancellationToken.None);

        response.Dispose();

        Assert.IsType<IOException>((await reading).Thrown);
        Assert.True(provider.Requests[0].WasCancelled);
    }

    [Theory]
    [InlineData("chat")]
    [InlineData("responses")]
    [InlineData("messages")]
    [InlineData("gemini")]
    public async Task MalformedEventAt_MidStream_BreaksOneEventOnly(string wire)
    {
        using var client = Client(Fault.MalformedEventAt(2), out _);
        var (path, body) = SimulationClient.Request(wire, "Hello", stream: true);

        var events = ServerSentEvents.Parse(await client.ReadAsync(path, body));

        Assert.Equal(1, events.Count(static item => item.Data.StartsWith('{') && !IsJson(item.Data)));
        Assert.Contains(events, static item => item.Data.Contains("four", StringComparison.Ordinal) && IsJson(item.Data));
    }

    [Theory]
    [InlineData("chat", "data: {\"error\":{\"message\":")]
    [InlineData("responses", "event: error\ndata: {\"type\":\"error\"")]
    [InlineData("messages", "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\"")]
    [InlineData("gemini", "data: {\"error\":{\"code\":503")]
    public async Task ErrorEventAfter_MidStream_EndsTheStreamWithTheProvidersError(string wire, string fragment)
    {
        using var client = Client(Fault.ErrorEventAfter(2), out var provider);
        var (path, body) = SimulationClient.Request(wire, "Hello", stream: true);

        var text = await client.ReadAsync(path, body);

        Assert.Contains(fragment, text, StringComparison.Ordinal);
        Assert.Contains("two", text, StringComparison.Ordinal);
        Assert.DoesNotContain("three", text, StringComparison.Ordinal);
        Assert.Equal(SimulatedRequestOutcome.Completed, provider.Requests[0].Outcome);
    }

    [Theory]
    [InlineData("chat", "[DONE]", "finish_reason\":\"stop")]
    [InlineData("messages", "message_stop", "end_turn")]
    public async Task MissingDone_OnAStream_LeavesOnlyTheTerminatorOut(string wire, string terminator, string finish)
    {
        using var client = Client(Fault.MissingDone(), out _);
        var (path, body) = SimulationClient.Request(wire, "Hello", stream: true);

        var text = await client.ReadAsync(path, body);

        Assert.DoesNotContain(terminator, text, StringComparison.Ordinal);
        Assert.Contains(finish, text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("chat", false, "\"finish_reason\":\"")]
    [InlineData("chat", true, "\"finish_reason\":\"")]
    [InlineData("responses", false, "\"status\":\"completed\",\"background\"")]
    [InlineData("responses", true, "response.completed")]
    [InlineData("messages", false, "\"stop_reason\":\"")]
    [InlineData("messages", true, "\"stop_reason\":\"")]
    [InlineData("gemini", false, "finishReason")]
    [InlineData("gemini", true, "finishReason")]
    public async Task MissingFinishReason_OnEachWire_LeavesItOut(string wire, bool stream, string finish)
    {
        using var client = Client(Fault.MissingFinishReason(), out var provider);
        var (path, body) = SimulationClient.Request(wire, "Hello", stream);

        var faulty = await client.ReadAsync(path, body);
        provider.Faults.Clear();
        var healthy = await client.ReadAsync(path, body);

        Assert.DoesNotContain(finish, faulty, StringComparison.Ordinal);
        Assert.Contains(finish, healthy, StringComparison.Ordinal);
        Assert.Contains("four", faulty, StringComparison.Ordinal);
    }

    [Fact]
    public async Task BodyFaults_OnAUnaryCall_AreWhatTheySay()
    {
        using var html = Client(Fault.Html(), out _);
        using var page = await html.SendAsync(SimulationClient.ChatPath, SimulationClient.Chat("Hello"));
        Assert.Equal((HttpStatusCode.OK, "text/html"), (page.StatusCode, page.Content.Headers.ContentType!.MediaType));

        using var empty = Client(Fault.EmptyBody(), out var provider);
        Assert.Equal("", await empty.ReadAsync(SimulationClient.ChatPath, SimulationClient.Chat("Hello")));
        Assert.Equal(SimulatedRequestOutcome.Completed, provider.Requests[0].Outcome);

        using var truncated = Client(Fault.TruncatedJson(), out _);
        var half = await truncated.ReadAsync(SimulationClient.ChatPath, SimulationClient.Chat("Hello"));
        Assert.True(half.StartsWith('{') && !IsJson(half));

        using var inside = Client(Fault.ErrorInsideOk(), out _);
        using var response = await inside.SendAsync(SimulationClient.ChatPath, SimulationClient.Chat("Hello"));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.StartsWith("{\"error\":", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);

        using var raw = Client(Fault.Status(418, "short and stout", "text/plain").WithHeader("X-Pot", "tea"), out _);
        using var pot = await raw.SendAsync(SimulationClient.ChatPath, SimulationClient.Chat("Hello"));
        Assert.Equal((418, "short and stout", "tea"), ((int)pot.StatusCode, await pot.Content.ReadAsStringAsync(), pot.Headers.GetValues("X-Pot").Single()));
    }

    [Fact]
    public async Task HarmlessFaults_CommentsAndSmallPieces_ChangeNoEvent()
    {
        var provider = new SimulatedProvider(clock).Respond("Grüße aus Zürich 🌊");
        using var client = SimulationClient.For(provider);
        var body = SimulationClient.Chat("Hello", stream: true);
        var healthy = await client.ReadAsync(SimulationClient.ChatPath, body);
        provider.Faults.Always(Fault.CommentLines().With(Fault.SmallPieces(1)));

        using var response = await client.SendAsync(SimulationClient.ChatPath, body);
        var (text, _) = await ReadAllAsync(await response.Content.ReadAsStreamAsync(), CancellationToken.None);

        Assert.StartsWith(": OPENROUTER PROCESSING\n\n", text, StringComparison.Ordinal);
        Assert.Equal(ServerSentEvents.Parse(healthy), ServerSentEvents.Parse(text));
    }

    [Fact]
    public async Task Delays_Combined_FollowTheClock()
    {
        using var client = Client(Fault.SlowHeaders(TimeSpan.FromSeconds(1)).With(Fault.SlowFirstToken(TimeSpan.FromSeconds(10))).With(Fault.SlowTokens(TimeSpan.FromMilliseconds(100))), out _);
        var started = clock.GetUtcNow();
        var arrivals = new List<(double Seconds, string Text)>();

        await clock.RunAsync(async () =>
        {
            using var response = await client.SendAsync(SimulationClient.ChatPath, SimulationClient.Chat("Hello", stream: true));
            arrivals.Add(((clock.GetUtcNow() - started).TotalSeconds, "headers"));
            var stream = await response.Content.ReadAsStreamAsync();
            var buffer = new byte[4096];
            while (await stream.ReadAsync(buffer) is > 0 and var count)
            {
                arrivals.Add(((clock.GetUtcNow() - started).TotalSeconds, System.Text.Encoding.UTF8.GetString(buffer, 0, count)));
            }
        });

        Assert.Equal((1, "headers"), arrivals[0]);
        Assert.Equal(1, arrivals[1].Seconds);
        Assert.Contains("\"role\"", arrivals[1].Text, StringComparison.Ordinal);
        Assert.Equal([11.0, 11.1, 11.2, 11.3], arrivals.Skip(2).Take(4).Select(static item => Math.Round(item.Seconds, 3)));
    }

    [Fact]
    public async Task SlowTokens_SlowReader_DoesNotPayTwice()
    {
        using var client = Client(Fault.SlowTokens(TimeSpan.FromSeconds(1)), out _);

        await clock.RunAsync(async () =>
        {
            using var response = await client.SendAsync(SimulationClient.ChatPath, SimulationClient.Chat("Hello", stream: true));
            await Task.Delay(TimeSpan.FromMinutes(1), clock);
            var before = clock.GetUtcNow();

            await ReadAllAsync(await response.Content.ReadAsStreamAsync(), CancellationToken.None);

            Assert.Equal(before, clock.GetUtcNow());
        });
    }

    private static bool IsJson(string text)
    {
        try
        {
            JsonDocument.Parse(text).Dispose();
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private SimulationClient Client(Fault fault, out SimulatedProvider provider)
    {
        provider = new SimulatedProvider(clock).Respond("one two three four");
        provider.Faults.Always(fault);
        return SimulationClient.For(provider);
    }

    private static async Task<(string Text, Exception? Thrown)> ReadUntilFailureAsync(SimulationClient client, string wire)
    {
        var (path, body) = SimulationClient.Request(wire, "Hello", stream: true);
        using var response = await client.SendAsync(path, body);
        return await ReadAllAsync(await response.Content.ReadAsStreamAsync(), CancellationToken.None);
    }

    private static async Task<(string Text, Exception? Thrown)> ReadAllAsync(Stream stream, CancellationToken cancellationToken)
    {
        using var bytes = new MemoryStream();
        var buffer = new byte[4096];
        Exception? thrown = null;
        try
        {
            while (await stream.ReadAsync(buffer, cancellationToken) is > 0 and var count)
            {
                bytes.Write(buffer, 0, count);
            }
        }
        catch (Exception exception)
        {
            thrown = exception;
        }

        return (System.Text.Encoding.UTF8.GetString(bytes.ToArray()), thrown);
    }
}
