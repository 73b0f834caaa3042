using Sira.Errors;
using Sira.Plugins.Loading.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Sira.Plugins.Loading.Tests.Isolation;

public class ModelsPermissionTests
{
    // A backend that passes each call on to the models that the plugin may use; the model 'default' means none is named.
    private const string Relay = """
        public sealed class Plugin : ISiraPlugin
        {
            public void Configure(ISiraBuilder sira, PluginContext context) => sira.AddBackend("relay", services => new Relay(services.GetRequiredService<IChatClient>()));
        }

        public sealed class Relay(IChatClient models) : IChatClient
        {
            public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions options = null, CancellationToken cancellationToken = default) =>
                models.GetResponseAsync(messages, new ChatOptions { ModelId = options.ModelId == "default" ? null : options.ModelId }, cancellationToken);

            public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions options = null, CancellationToken cancellationToken = default) =>
                models.GetStreamingResponseAsync(messages, new ChatOptions { ModelId = options.ModelId }, cancellationToken);

            public object GetService(Type serviceType, object serviceKey = null) => null;

            public void Dispose() { }
        }
        """;

    [Fact]
    public async Task Models_Named_AreReachedAndOthersAreNot()
    {
        await using var host = Host("""["models: own/large"]""", "models");
        Assert.Equal("own", await host.AskAsync("relay/own/large"));
        var exception = await Assert.ThrowsAsync<RequestFailedException>(() => host.AskAsync("relay/own/small"));
        Assert.Contains("The plugin 'acme' may not use 'own/small'. It is permitted own/large;", exception.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Models_NoneAskedFor_IsTheFirstThatIsNamed()
    {
        await using var host = Host("""["models: own/*", "models: other/large"]""", "models");
        Assert.Equal("other", await host.AskAsync("relay/default"));
        Assert.Equal("own", await host.AskAsync("relay/own/anything"));
    }

    [Fact]
    public async Task Models_NotLimited_ReachesTheDefaultRoute()
    {
        await using var host = Host("""["models"]""", "models");
        Assert.Equal("own", await host.AskAsync("relay/default"));
        Assert.Equal("other", await host.AskAsync("relay/other/large"));
    }

    [Fact]
    public async Task Models_WithoutThePermission_AreRefusedWithTheFix()
    {
        await using var host = new PluginHostFixture();
        Assert.Equal("own", await host.AskAsync());
        host.Drop("acme.nupkg", TestPackage.Create("acme", "1.0.0", Relay));
        Assert.Contains(
            "The plugin 'acme' asks for IChatClient, which needs the permission 'models'. Add it to the permissions in the plugin's manifest.",
            (await host.Plugins.RefreshAsync()).Problems.Single(), StringComparison.Ordinal);
        Assert.Equal("own", await host.AskAsync());
    }

    [Fact]
    public async Task Models_NotPermittedByTheHost_KeepsThePluginAway()
    {
        await using var host = Host("""["models: own/large"]""", null);
        Assert.Equal("own", await host.AskAsync("own/default"));
        Assert.Contains("asks for 'models: own/large', and as it is unsigned and not trusted, the host has to permit it.", host.Plugins.Plugins.Single().Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Models_PatternThatCannotBeMeant_IsRefusedBeforeLoading()
    {
        await using var host = Host("""["models: *mini"]""", "models");
        Assert.Equal("own", await host.AskAsync("own/default"));
        Assert.Contains("'models: *mini' cannot be meant. Write a route or a model as calls name it", host.Plugins.Plugins.Single().Reason, StringComparison.Ordinal);
    }

    private static PluginHostFixture Host(string permissions, string? permitted)
    {
        var host = new PluginHostFixture(
            static sira => sira.AddBackend("other", static _ => new EchoChatClient("other")).AddRoute("default", static route => route.To("own/default")),
            permitted is null ? [] : new() { ["Sira:Plugins:Items:acme:Permissions:0"] = permitted });
        host.Drop("acme.nupkg", TestPackage.Create("acme", "1.0.0", Relay, $"\"permissions\": {permissions}"));
        return host;
    }
}
