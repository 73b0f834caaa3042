using System.Net;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Configuration;
using Sira.Backends.Tests.Support;
using Sira.Errors;
using Sira.Kernel.Health;

namespace Sira.Backends.Tests.Http;

public sealed class KeyRotationTests
{
    private const string Answer = """{"choices":[{"message":{"role":"assistant","content":"Hello"},"finish_reason":"stop"}]}""";

    [Fact]
    public async Task GetResponseAsync_KeyTurnedAway_NextCallUsesAnother()
    {
        using var harness = BackendHarness.OpenAI("key-a", "key-b");
        harness.Network.ThenJson("""{"error":{"message":"no"}}""", HttpStatusCode.Unauthorized).ThenJson(Answer).ThenJson(Answer);
        var client = harness.LoadOne().GetChatClient("gpt-5-mini");

        var exception = await Assert.ThrowsAsync<BackendException>(() => client.GetResponseAsync("Hi"));
        await client.GetResponseAsync("Hi");
        await client.GetResponseAsync("Hi");

        Assert.True(exception.CanRotateKey);
        Assert.Equal(["Bearer key-a", "Bearer key-b", "Bearer key-b"], harness.Network.Sent.Select(static sent => sent.Headers["Authorization"]));
    }

    [Fact]
    public async Task GetResponseAsync_LastKeyTurnedAway_CannotRotateAndStillAsks()
    {
        using var harness = BackendHarness.OpenAI("key-a", "key-b");
        harness.Network.ThenJson("{}", HttpStatusCode.TooManyRequests, ("retry-after", "60")).ThenJson("{}", HttpStatusCode.TooManyRequests, ("retry-after", "20")).ThenJson(Answer);
        var client = harness.LoadOne().GetChatClient("gpt-5-mini");

        Assert.True((await Assert.ThrowsAsync<BackendException>(() => client.GetResponseAsync("Hi"))).CanRotateKey);
        Assert.False((await Assert.ThrowsAsync<BackendException>(() => client.GetResponseAsync("Hi"))).CanRotateKey);
        await client.GetResponseAsync("Hi");

        Assert.Equal("Bearer key-b", harness.Network.Sent[2].Headers["Authorization"]);
    }

    [Fact]
    public async Task GetResponseAsync_ModelsOfOneBackend_ShareTheirKeys()
    {
        using var harness = BackendHarness.OpenAI("key-a", "key-b");
        harness.Network.ThenJson("{}", HttpStatusCode.Unauthorized).ThenJson(Answer);
        var backend = harness.LoadOne();

        await Assert.ThrowsAsync<BackendException>(() => backend.GetChatClient("gpt-5").GetResponseAsync("Hi"));
        await backend.GetChatClient("gpt-5-mini").GetResponseAsync("Hi");

        Assert.Equal("Bearer key-b", harness.Network.Sent[1].Headers["Authorization"]);
    }

    [Fact]
    public async Task GetResponseAsync_RestIsOver_ProbesWithOneRequestWhileOthersUseTheOtherKey()
    {
        using var harness = BackendHarness.OpenAI("key-a", "key-b");
        harness.Network.ThenJson("{}", HttpStatusCode.TooManyRequests, ("retry-after", "30"));
        var backend = harness.LoadOne();
        var client = backend.GetChatClient("gpt-5-mini");
        await Assert.ThrowsAsync<BackendException>(() => client.GetResponseAsync("Hi"));
        Assert.Equal([CircuitState.Open, CircuitState.Closed], backend.Keys.Select(static key => key.State));
        Assert.Equal(TimeSpan.FromSeconds(30), backend.Keys[0].RemainingBreak);
        harness.Time.Advance(TimeSpan.FromSeconds(30));

        // Six callers at once; the probe answers last.
        var gate = new TaskCompletionSource();
        for (var i = 0; i < 6; i++)
        {
            harness.Network.Then(async (_, _) =>
            {
                await gate.Task;
                return new HttpResponseMessage { Content = new StringContent(Answer) };
            });
        }

        var calls = Enumerable.Range(0, 6).Select(_ => client.GetResponseAsync("Hi")).ToArray();
        Assert.Equal(1, harness.Network.Sent.Skip(1).Count(static sent => sent.Headers["Authorization"] == "Bearer key-a"));
        Assert.Equal(CircuitState.HalfOpen, backend.Keys[0].State);
        gate.SetResult();
        await Task.WhenAll(calls);

        Assert.Equal([CircuitState.Closed, CircuitState.Closed], backend.Keys.Select(static key => key.State));
    }

    [Theory]
    [InlineData(HttpStatusCode.InternalServerError)]
    [InlineData(HttpStatusCode.BadRequest)]
    public async Task GetResponseAsync_ProbeFailsForAnotherReason_LeavesThePlaceToTheNext(HttpStatusCode status)
    {
        using var harness = BackendHarness.OpenAI("key-a");
        harness.Network.ThenJson("{}", HttpStatusCode.TooManyRequests).ThenJson("{}", status).ThenJson(Answer);
        var backend = harness.LoadOne();
        var client = backend.GetChatClient("gpt-5-mini");
        await Assert.ThrowsAsync<BackendException>(() => client.GetResponseAsync("Hi"));
        harness.Time.Advance(TimeSpan.FromSeconds(5));

        Assert.False((await Assert.ThrowsAsync<BackendException>(() => client.GetResponseAsync("Hi"))).CanRotateKey);
        Assert.Equal(CircuitState.HalfOpen, backend.Keys[0].State);
        await client.GetResponseAsync("Hi");

        Assert.Equal(CircuitState.Closed, backend.Keys[0].State);
    }

    [Fact]
    public async Task GetResponseAsync_ProbeIsCancelled_LeavesThePlaceToTheNext()
    {
        using var harness = BackendHarness.OpenAI("key-a");
        harness.Network.ThenJson("{}", HttpStatusCode.TooManyRequests).ThenHang().ThenJson(Answer);
        var backend = harness.LoadOne();
        var client = backend.GetChatClient("gpt-5-mini");
        await Assert.ThrowsAsync<BackendException>(() => client.GetResponseAsync("Hi"));
        harness.Time.Advance(TimeSpan.FromSeconds(5));
        using var cancellation = new CancellationTokenSource();
        var probe = client.GetResponseAsync("Hi", cancellationToken: cancellation.Token);
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => probe);

        await client.GetResponseAsync("Hi");

        Assert.Equal(CircuitState.Closed, backend.Keys[0].State);
    }

    [Fact]
    public async Task GetStreamingResponseAsync_KeyTurnedAwayWithinTheStream_RestsIt()
    {
        using var harness = BackendHarness.OpenAI("key-a", "key-b");
        harness.Network
            .ThenEvents("""{"choices":[{"delta":{"content":"Hel"}}]}""", """{"error":{"code":"rate_limit_exceeded","message":"Rate limit reached."}}""")
            .ThenEvents("""{"choices":[{"delta":{"content":"Hello"},"finish_reason":"stop"}]}""", "[DONE]");
        var backend = harness.LoadOne();
        var client = backend.GetChatClient("gpt-5-mini");

        var exception = await Assert.ThrowsAsync<BackendException>(async () => await client.GetStreamingResponseAsync("Hi").ToChatResponseAsync());
        await client.GetStreamingResponseAsync("Hi").ToChatResponseAsync();

        Assert.Equal(BackendErrorKind.RateLimited, exception.Kind);
        Assert.True(exception.CanRotateKey);
        Assert.Equal([CircuitState.Open, CircuitState.Closed], backend.Keys.Select(static key => key.State));
        Assert.Equal("Bearer key-b", harness.Network.Sent[1].Headers["Authorization"]);
    }

    [Fact]
    public async Task Load_OtherSettingsReloaded_KeepsTheHealthOfKeysThatStay()
    {
        var file = new ConfigurationBuilder().AddInMemoryCollection([new("Sira:Backends:openai:ApiKeys", "key-a,key-b")]).Build();
        using var harness = new BackendHarness(file: file);
        harness.Network.ThenJson("{}", HttpStatusCode.Unauthorized).ThenJson(Answer).ThenJson(Answer);
        var before = harness.LoadOne();
        await Assert.ThrowsAsync<BackendException>(() => before.GetChatClient("gpt-5-mini").GetResponseAsync("Hi"));

        file["Sira:Backends:openai:Headers:X-Team"] = "one";
        file.Reload();
        var after = harness.LoadOne();
        await after.GetChatClient("gpt-5-mini").GetResponseAsync("Hi");
        await after.GetChatClient("gpt-5-mini").GetResponseAsync("Hi");

        Assert.NotSame(before, after);
        Assert.Equal(["Bearer key-b", "Bearer key-b"], harness.Network.Sent.Skip(1).Select(static sent => sent.Headers["Authorization"]));

        file["Sira:Backends:openai:ApiKeys"] = "key-c,key-b";
        file.Reload();
        Assert.Equal([CircuitState.Closed, CircuitState.Closed], harness.LoadOne().Keys.Select(static key => key.State));
    }

    [Fact]
    public async Task Load_RefusedConfiguration_ForgetsNoKey()
    {
        var file = new ConfigurationBuilder().AddInMemoryCollection([new("Sira:Backends:openai:ApiKey", "key-a"), new("Sira:Backends:groq:ApiKey", "key-g")]).Build();
        using var harness = new BackendHarness(file: file);
        harness.Network.ThenJson("{}", HttpStatusCode.Unauthorized);
        await Assert.ThrowsAsync<BackendException>(() => harness.Load()[0].GetChatClient("gpt-5-mini").GetResponseAsync("Hi"));

        file["Sira:Backends:openai:ApiKey"] = "key-b";
        file["Sira:Backends:groq:ConnectTimeout"] = "soon";
        file.Reload();
        harness.Load();
        Assert.NotEmpty(harness.Errors.Items);
        file["Sira:Backends:openai:ApiKey"] = "key-a";
        file["Sira:Backends:groq:ConnectTimeout"] = "5s";
        file.Reload();

        Assert.Equal(CircuitState.Open, Assert.Single(harness.Load()[0].Keys).State);
        Assert.Empty(harness.Errors.Items);
    }
}
