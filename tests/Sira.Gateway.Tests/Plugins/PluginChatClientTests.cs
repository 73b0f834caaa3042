using Microsoft.Extensions.AI;
using Sira.Errors;
using Sira.Gateway.Plugins;
using Sira.Kernel.Plugins;
using Sira.Requests;
using Sira.Testing;

namespace Sira.Gateway.Tests.Plugins;

public class PluginChatClientTests
{
    private SiraChatOptions? seen;

    [Theory]
    [InlineData("cheap", "cheap")]
    [InlineData("@cheap", "cheap")]
    [InlineData("cheap", "@Cheap")]
    [InlineData("openai/*", "openai/gpt-5-mini")]
    public async Task GetResponseAsync_Named_Passes(string permitted, string asked)
    {
        using var client = Create(permitted);
        await client.GetResponseAsync("hello", new ChatOptions { ModelId = asked }, TestContext.Current.CancellationToken);
        Assert.Equal(asked, seen!.ModelId);
    }

    [Theory]
    [InlineData("cheap", "dear")]
    [InlineData("cheap", "cheaper")]
    [InlineData("openai/*", "openai")]
    [InlineData("openai/*", null)]
    [InlineData("openai/*", "auto")]
    public async Task GetResponseAsync_Another_IsRefused(string permitted, string? asked)
    {
        using var client = Create(permitted);
        var exception = await Assert.ThrowsAsync<RequestFailedException>(() => client.GetResponseAsync("hello", new ChatOptions { ModelId = asked }, TestContext.Current.CancellationToken));
        Assert.Equal(RequestFailureKind.InvalidRequest, exception.Kind);
        await Assert.ThrowsAsync<RequestFailedException>(async () => await client.GetStreamingResponseAsync("hello", new ChatOptions { ModelId = asked }, TestContext.Current.CancellationToken).ToChatResponseAsync());
        Assert.Null(seen);
    }

    [Fact]
    public async Task GetResponseAsync_NoRequest_BeginsOneWithTheTag()
    {
        using var client = Create();
        var options = new ChatOptions { Temperature = 0.5f };
        await client.GetResponseAsync("hello", options, TestContext.Current.CancellationToken);
        Assert.Equal("acme", seen!.Request!.Tags!["sira.plugin"]);
        Assert.Equal(0.5f, seen.Temperature);
        Assert.Null(seen.ModelId);
        Assert.Null(RequestContext.Find(options));
    }

    [Fact]
    public async Task GetResponseAsync_WithinARequest_StaysPartOfIt()
    {
        using var client = Create();
        var request = new RequestContext(0) { Tenant = "tenant" };
        await client.GetResponseAsync("hello", new SiraChatOptions { Request = request }, TestContext.Current.CancellationToken);
        Assert.Same(request, seen!.Request);
        await client.GetResponseAsync("hello", new ChatOptions { AdditionalProperties = new() { [RequestContext.PropertyName] = request } }, TestContext.Current.CancellationToken);
        Assert.Same(request, seen.Request);
    }

    [Fact]
    public async Task Dispose_UnderWay_IsCancelledAndNothingFollows()
    {
        var begun = new TaskCompletionSource();
        using var inner = new DelegateChatClient(async (_, token) =>
        {
            begun.SetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token);
            return new ChatResponse();
        });
        var client = new PluginChatClient(new PluginGrant("acme", []), new Lazy<IChatClient>(inner), TimeProvider.System);
        var call = client.GetResponseAsync("hello", cancellationToken: TestContext.Current.CancellationToken);
        await begun.Task;
        client.Dispose();
        client.Dispose();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        Assert.Contains("The plugin 'acme' has stopped", (await Assert.ThrowsAsync<ObjectDisposedException>(() => client.GetResponseAsync("hello", cancellationToken: TestContext.Current.CancellationToken))).Message, StringComparison.Ordinal);
        Assert.Equal(1, inner.Calls);
    }

    private PluginChatClient Create(params string[] permitted) => new(
        new PluginGrant("acme", permitted),
        new Lazy<IChatClient>(() => new DelegateChatClient(
            (options, _) =>
            {
                seen = (SiraChatOptions?)options;
                return Task.FromResult(new ChatResponse(new ChatMessage(ChatRole.Assistant, "done")));
            })),
        TimeProvider.System);
}
