using Microsoft.Extensions.AI;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Sira.Decisions;
using Sira.Gateway.Configuration.Policies;
using Sira.Gateway.Tests.Support;
using Sira.Requests;

namespace Sira.Gateway.Tests.Routing;

public class AffinityTests
{
    private const int Deployments = 4;

    private static TestBackend[] Backends() => [.. Enumerable.Range(0, Deployments).Select(static i => new TestBackend($"b{i}"))];

    private static TestGateway Gateway(AffinityMode affinity, PromptCachingMode caching = PromptCachingMode.Off, params TestBackend[] backends) => new(
        sira => sira.AddRoute("default", route => route.To([.. Enumerable.Range(0, Deployments).Select(static i => $"b{i}/m")]).Balancer("round-robin").Configure(options => (options.Affinity, options.PromptCaching) = (affinity, caching))),
        backends.Length > 0 ? backends : Backends());

    private static string Target(TestGateway gateway, RequestContext? request = null, ChatMessage[]? messages = null, ChatOptions? options = null) =>
        gateway.Sira.Explain(messages ?? [new ChatMessage(ChatRole.User, "Hello")], new SiraChatOptions(options) { Request = request }).Target!;

    public static TheoryData<AffinityMode> Keyed => [AffinityMode.Conversation, AffinityMode.User, AffinityMode.Tenant];

    [Theory]
    [MemberData(nameof(Keyed))]
    public async Task EqualKeys_StayTogether_WhateverTheBalancer_AndDifferentOnesSpread(AffinityMode affinity)
    {
        await using var gateway = Gateway(affinity);
        await using var other = Gateway(affinity);

        var byKey = Enumerable.Range(0, 200).Select(key => Target(gateway, Request(key))).ToArray();

        Assert.Equal(byKey, Enumerable.Range(0, 200).Select(key => Target(other, Request(key))));
        Assert.All(byKey.GroupBy(static target => target), static group => Assert.InRange(group.Count(), 25, 85));
        Assert.Equal(Deployments, Enumerable.Range(0, Deployments).Select(_ => Target(gateway)).Distinct().Count());

        static RequestContext Request(int key) => new(0) { Tenant = $"t{key}", User = $"u{key}", AffinityKey = $"c{key}" };
    }

    [Fact]
    public async Task Users_OfDifferentTenants_AreDifferent()
    {
        await using var gateway = Gateway(AffinityMode.User);

        var targets = Enumerable.Range(0, 40).Select(tenant => Target(gateway, new RequestContext(0) { Tenant = $"t{tenant}", User = "1" })).Distinct();

        Assert.Equal(Deployments, targets.Count());
    }

    [Fact]
    public async Task PromptPrefix_IsWhatAGrowingConversationKeeps()
    {
        await using var gateway = Gateway(AffinityMode.PromptPrefix);
        var seen = new HashSet<string>();
        for (var i = 0; i < 40; i++)
        {
            ChatMessage[] begun = [new(ChatRole.System, "Be brief."), new(ChatRole.User, $"Question {i}")];
            ChatMessage[] grown = [.. begun, new(ChatRole.Assistant, "Answer"), new(ChatRole.User, "And then?")];
            var target = Target(gateway, messages: begun);
            seen.Add(target);
            Assert.Equal(target, Target(gateway, messages: grown));
        }

        Assert.Equal(Deployments, seen.Count);
    }

    public static TheoryData<string, ChatMessage[], ChatOptions> Prefixes => new()
    {
        { "instructions", [new(ChatRole.User, "Hello")], new ChatOptions { Instructions = "Be long." } },
        { "system message", [new(ChatRole.System, "Be long."), new(ChatRole.User, "Hello")], new ChatOptions() },
        { "tools", [new(ChatRole.User, "Hello")], new ChatOptions { Tools = [AIFunctionFactory.Create(() => 1, "tool")] } },
        { "user message", [new(ChatRole.User, "Hallo")], new ChatOptions() },
        { "image", [new(ChatRole.User, [new TextContent("Hello"), new DataContent(new byte[] { 1, 2 }, "image/png")])], new ChatOptions() },
        { "other image", [new(ChatRole.User, [new TextContent("Hello"), new DataContent(new byte[] { 1, 3 }, "image/png")])], new ChatOptions() },
    };

    [Theory]
    [MemberData(nameof(Prefixes))]
    public async Task PromptPrefix_TakesInAllThatTheProviderCaches(string what, ChatMessage[] messages, ChatOptions options)
    {
        Assert.NotEmpty(what);
        var (backends, other) = (Backends(), Backends());
        await using var gateway = Gateway(AffinityMode.PromptPrefix, PromptCachingMode.Auto, backends);
        await using var plain = Gateway(AffinityMode.PromptPrefix, PromptCachingMode.Auto, other);

        var key = await CacheKeyAsync(gateway, backends, messages, options);

        Assert.Equal(key, await CacheKeyAsync(gateway, backends, messages, options));
        Assert.NotEqual(key, await CacheKeyAsync(plain, other, [new ChatMessage(ChatRole.User, "Hello")], new ChatOptions()));
    }

    [Fact]
    public async Task PromptCacheKey_IsTheHashOfWhatAffinityGoesBy_AndTheCallersOwnStays()
    {
        var backends = Backends();
        await using var gateway = Gateway(AffinityMode.User, PromptCachingMode.Auto, backends);
        ChatMessage[] messages = [new(ChatRole.User, "Hello")];

        var byUser = await CacheKeyAsync(gateway, backends, messages, new SiraChatOptions { Request = new RequestContext(gateway.Clock.GetTimestamp()) { User = "u" } });
        var another = await CacheKeyAsync(gateway, backends, [new(ChatRole.User, "Other")], new SiraChatOptions { Request = new RequestContext(gateway.Clock.GetTimestamp()) { User = "u" } });
        var byPrompt = await CacheKeyAsync(gateway, backends, messages, new SiraChatOptions());

        Assert.Matches("^[0-9a-f]{16}$", byUser);
        Assert.Equal(byUser, another);
        Assert.Matches("^[0-9a-f]{16}$", byPrompt);
        Assert.NotEqual(byUser, byPrompt);
        Assert.Equal("mine", await CacheKeyAsync(gateway, backends, messages, new SiraChatOptions { PromptCacheKey = "mine" }));
    }

    [Fact]
    public async Task WithoutPromptCaching_NoKeyIsSent()
    {
        var backends = Backends();
        await using var gateway = Gateway(AffinityMode.PromptPrefix, PromptCachingMode.Off, backends);

        Assert.Null(await CacheKeyAsync(gateway, backends, [new(ChatRole.User, "Hello")], new ChatOptions()));
    }

    [Fact]
    public async Task BusyTarget_PassesOnToTheNext_AndIsUsedAgainWhenItHasRoom()
    {
        var (backends, done) = (Backends(), new TaskCompletionSource());
        await using var gateway = Gateway(AffinityMode.Tenant, PromptCachingMode.Off, backends);
        var request = new RequestContext(gateway.Clock.GetTimestamp()) { Tenant = "acme" };
        var home = Target(gateway, request);
        foreach (var backend in backends)
        {
            for (var i = 0; i < 8; i++)
            {
                backend["m"].Reply(async _ =>
                {
                    await done.Task;
                    return new ChatResponse(new ChatMessage(ChatRole.Assistant, "x")) { FinishReason = ChatFinishReason.Stop };
                });
            }
        }

        // Eight at once: no deployment may have more than ⌈1.25 × 8 / 4⌉.
        var calls = Enumerable.Range(0, 8).Select(_ => gateway.Chat.GetResponseAsync("Hello", new SiraChatOptions { Request = request })).ToArray();
        var loads = gateway.Sira.Targets.ToDictionary(static target => target.Target, static target => target.InFlight);
        Assert.Equal(8, loads.Values.Sum());
        Assert.All(loads.Values, static load => Assert.InRange(load, 0, 3));
        Assert.Equal(loads.Values.Max(), loads[home]);

        done.SetResult();
        await Task.WhenAll(calls);
        Assert.Equal(home, Target(gateway, request));
        gateway.AssertIdle();
    }

    [Fact]
    public async Task BrokenTarget_PassesItsKeysOn_AndOnlyIts()
    {
        var backends = Backends();
        await using var gateway = Gateway(AffinityMode.Tenant, PromptCachingMode.Off, backends);
        var before = Enumerable.Range(0, 40).Select(tenant => Target(gateway, new RequestContext(0) { Tenant = $"t{tenant}" })).ToArray();
        var broken = before[0];
        var victim = backends.Single(backend => broken.StartsWith(backend.Name, StringComparison.Ordinal));
        foreach (var backend in backends)
        {
            for (var i = 0; i < 20; i++)
            {
                _ = backend == victim ? backend["m"].Throw(Scripted.Error(Errors.BackendErrorKind.Truncated)) : backend["m"].Reply("x");
            }
        }

        for (var i = 0; i < 10; i++)
        {
            await gateway.AskAsync(streaming: false, new SiraChatOptions { Request = new RequestContext(gateway.Clock.GetTimestamp()) { Tenant = "t0" } });
        }

        Assert.InRange(victim["m"].Calls.Count, 1, 9);
        var after = Enumerable.Range(0, 40).Select(tenant => Target(gateway, new RequestContext(0) { Tenant = $"t{tenant}" }));
        Assert.All(before.Zip(after), pair => Assert.True(pair.First == broken ? pair.Second != broken : pair.First == pair.Second));
    }

    [Fact]
    public async Task File_SaysTheSame()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?> { ["Sira:Routes:default:Affinity"] = "promptprefix", ["Sira:Routes:default:PromptCaching"] = "auto" }).Build();
        var a = new TestBackend("a");
        await using var gateway = new TestGateway(sira => sira.AddRoute("default", route => route.To("a/m")), configuration, a);

        Assert.NotNull(await CacheKeyAsync(gateway, [a], [new(ChatRole.User, "Hello")], new ChatOptions()));
    }

    private static async Task<string?> CacheKeyAsync(TestGateway gateway, TestBackend[] backends, ChatMessage[] messages, ChatOptions options)
    {
        var before = backends.Select(static backend => backend["m"].Calls.Count).ToArray();
        foreach (var backend in backends)
        {
            backend["m"].Reply("x");
        }

        await gateway.Chat.GetResponseAsync(messages, options);
        var asked = backends.Where((backend, i) => backend["m"].Calls.Count > before[i]).Single();
        return Assert.IsType<SiraChatOptions>(asked["m"].Calls[^1].Options).PromptCacheKey;
    }
}
