using Microsoft.Extensions.AI;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Sira.Errors;
using Sira.Gateway.Configuration;
using Sira.Kernel.Configuration.Rollout;
using Sira.Models;
using Sira.Pipeline;
using Sira.Requests;
using Sira.Session.Chat;
using Sira.Session.Context;
using Sira.Session.Errors;
using Sira.Storage.Engines.Sqlite;
using Sira.Testing;

namespace Sira.Session.Tests.Hosting;

public sealed class RouteWindowTests : IDisposable
{
    private const int Turns = 30;

    private readonly string folder = Directory.CreateTempSubdirectory("sira-windows-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData("mine/large", false, 20_000, 2_000)]
    [InlineData("mine/large", true, 20_000, 2_000)]
    [InlineData("mine/small", false, 2_000, 1_000)]
    [InlineData("mine/small", true, 2_000, 1_000)]
    public async Task ModelOfTheCall_SetsTheBudget(string model, bool streaming, long window, long output)
    {
        var client = Echo();
        await using var services = Build(client, static route => route.To("mine/large"));

        var context = await TalkAsync(services, streaming, new SiraChatOptions { ModelId = model });

        Assert.Equal(Left(window, output), context.Budget);
        Assert.True(context.Tokens <= context.Budget);
        Assert.Equal(model == "mine/small", context.Omitted.Count > 0);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task FallbackToASmallerModel_TakesWhatWasBuilt(bool streaming)
    {
        var client = Echo(static call => call.Options!.ModelId == "large" ? throw new BackendException(BackendErrorKind.ModelNotFound, "It is gone.") : "Yes.");
        await using var services = Build(client, static route => route.To("mine/large").FallBackTo("mine/small").Retry(static retry => retry.MaxRetriesPerTarget = 0));

        var context = await TalkAsync(services, streaming, new SiraChatOptions());

        Assert.Equal(Left(2_000, 1_000), context.Budget);
        Assert.Equal("small", client.Calls[^1].Options!.ModelId);
        Assert.Equal(context.Messages.Count, client.Calls[^1].Messages.Count);
        Assert.NotEmpty(context.Omitted);
    }

    [Theory]
    [InlineData(null, 32_000L, 4_000L)]
    [InlineData(9_000L, 9_000L, 4_000L)]
    public async Task ModelNobodyKnows_HasWhatIsSet(long? set, long window, long output)
    {
        await using var services = Build(Echo(), static route => route.To("mine/large", "mine/unknown"), options => options.ContextTokens = set);

        var context = await AskAsync(services, streaming: false, "mine/unknown");

        Assert.Equal(Left(window, output), context.Budget);
    }

    [Theory]
    [InlineData(null, 20_000L, 2_000L)] // 32,000 would be more than the known one holds
    [InlineData(9_000L, 9_000L, 4_000L)]
    public async Task RouteWithAModelNobodyKnows_HasTheLesser(long? set, long window, long output)
    {
        await using var services = Build(Echo(), static route => route.To("mine/large", "mine/unknown"), options => options.ContextTokens = set);

        var context = await AskAsync(services, streaming: false, model: null);

        Assert.Equal(Left(window, output), context.Budget);
    }

    [Theory]
    [InlineData(1_500L, 1_500L, 750L)]
    [InlineData(1_000_000L, 2_000L, 1_000L)]
    public async Task OptionAndRoute_TheSmallerHolds(long set, long window, long output)
    {
        await using var services = Build(Echo(), static route => route.To("mine/small"), options => options.ContextTokens = set);

        Assert.Equal(Left(window, output), (await AskAsync(services, streaming: false, model: null)).Budget);
    }

    [Fact]
    public async Task LimitOfTheCall_IsWhatIsKeptFree()
    {
        await using var services = Build(Echo(), static route => route.To("mine/small"));

        var context = await AskAsync(services, streaming: true, new SiraChatOptions { MaxOutputTokens = 100 }, "Hello");

        Assert.Equal(Left(2_000, 100), context.Budget);
    }

    [Fact]
    public async Task WhatIsSaidAndIsTooLong_IsRefusedBeforeItIsKept()
    {
        await using var services = Build(Echo(), static route => route.To("mine/small"));

        var failed = await Assert.ThrowsAsync<SessionContextException>(() => AskAsync(services, streaming: false, new SiraChatOptions(), string.Join(' ', Enumerable.Repeat("word", 3_000))));

        Assert.Contains("window 2000, less 1000 for the answer", failed.Message, StringComparison.Ordinal);
        Assert.Empty((await services.GetRequiredService<ISessions>().OpenAsync(new SessionKey("chat"), TestContext.Current.CancellationToken)).History.Messages);
    }

    [Fact]
    public async Task FallbackForWhatIsTooLong_TakesLongConversations()
    {
        var client = Echo();
        await using var services = Build(client, static route => route.To("mine/small").FallBackOnContextLength("mine/large"));

        var context = await TalkAsync(services, streaming: false, new SiraChatOptions());

        Assert.Equal(Left(20_000, 2_000), context.Budget);
        Assert.Equal("small", client.Calls[0].Options!.ModelId);
        Assert.Equal("large", client.Calls[^1].Options!.ModelId);
        Assert.Empty(context.Omitted);
    }

    [Fact]
    public async Task ClientThatIsNotTheGateways_HasTheDefault()
    {
        await using var engine = new SqliteEngine(new SqliteEngineOptions { Path = Path.Combine(folder, "own.db") });
        await using var sessions = new SessionStore(engine);
        using var client = new SiraPipelineBuilder(Echo()).UseSessions(sessions).Build();

        var response = await client.GetResponseAsync("Hello", new ChatOptions { ConversationId = "chat" }, TestContext.Current.CancellationToken);

        Assert.Equal(Left(32_000, 4_000), response.GetSessionContext()!.Budget);
    }

    [Fact]
    public async Task Rollout_TheSmallerOfBothHolds()
    {
        await using var services = Build(Echo(), route: null);
        Assert.Equal(Left(20_000, 2_000), (await AskAsync(services, streaming: false, model: null)).Budget);

        await services.GetRequiredService<IConfigurationRollouts>().StartAsync(
            new Dictionary<string, string?> { ["Routes:default:Targets"] = "mine/small" }, "ann", "smaller is cheaper", new RolloutOptions { Steps = [1], MinimumRequests = 1000 });

        Assert.Equal(Left(2_000, 1_000), (await AskAsync(services, streaming: false, model: null)).Budget);
        Assert.Equal(Left(20_000, 2_000), (await AskAsync(services, streaming: false, "mine/large")).Budget);
    }

    private static long Left(long window, long output) => window - output - (long)(window * 0.05);

    private static ScriptedChatClient Echo(Func<ScriptedCall, string>? answer = null)
    {
        var client = new ScriptedChatClient();
        for (var i = 0; i <= 2 * Turns; i++)
        {
            client.Reply(call => new ChatResponse(new ChatMessage(ChatRole.Assistant, answer?.Invoke(call) ?? "Yes.")) { FinishReason = ChatFinishReason.Stop });
        }

        return client;
    }

    private static Task<SessionContext> AskAsync(IServiceProvider services, bool streaming, string? model) => AskAsync(services, streaming, new SiraChatOptions { ModelId = model }, "Hello");

    private static async Task<SessionContext> AskAsync(IServiceProvider services, bool streaming, ChatOptions options, string text)
    {
        var chat = services.GetRequiredService<IChatClient>();
        options.ConversationId = "chat";
        var response = streaming ? await chat.GetStreamingResponseAsync(text, options).ToChatResponseAsync() : await chat.GetResponseAsync(text, options);
        return response.GetSessionContext()!;
    }

    // Of about 110 tokens each, so that thirty do not fit into the small one.
    private static async Task<SessionContext> TalkAsync(IServiceProvider services, bool streaming, ChatOptions options)
    {
        for (var i = 0; i < Turns; i++)
        {
            await AskAsync(services, streaming, options.Clone(), string.Join(' ', Enumerable.Repeat("word", 100)));
        }

        return await AskAsync(services, streaming, options.Clone(), "And now?");
    }

    private ServiceProvider Build(IChatClient model, Action<RouteBuilder>? route, Action<SessionChatOptions>? configure = null)
    {
        var services = new ServiceCollection().AddLogging();
        var configuration = new ConfigurationManager();
        if (route is null)
        {
            configuration["Sira:Routes:default:Targets"] = "mine/large";
        }

        services.AddSingleton<IConfiguration>(configuration);
        services.AddSira(sira => (route is null ? sira : sira.AddRoute("default", route))
            .AddBackend("mine", _ => model, static options =>
            {
                options.Models["large"] = new ModelDescriptor("large") { ContextWindow = 20_000, MaxOutputTokens = 2_000 };
                options.Models["small"] = new ModelDescriptor("small") { ContextWindow = 2_000, MaxOutputTokens = 2_000 };
            })
            .AddSqliteStorage("main", new SqliteEngineOptions { Path = Path.Combine(folder, "sira.db") })
            .UseSessions(configure));
        return services.BuildServiceProvider();
    }
}
