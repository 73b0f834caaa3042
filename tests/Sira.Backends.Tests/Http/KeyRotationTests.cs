using System.Net;
using Microsoft.Extensions.AI;
using Sira.Backends.Tests.Support;
using Sira.Errors;

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
}
