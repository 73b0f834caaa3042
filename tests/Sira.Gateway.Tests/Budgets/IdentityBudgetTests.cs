using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Sira.Decisions;
using Sira.Errors;
using Sira.Gateway.Budgets;
using Sira.Gateway.Configuration;
using Sira.Gateway.Events;
using Sira.Gateway.Routing;
using Sira.Gateway.Tests.Support;
using Sira.Kernel.Resources;
using Sira.Models;
using Sira.Requests;
using Sira.Simulation.Time;
using Sira.Testing;

namespace Sira.Gateway.Tests.Budgets;

/// <summary>Budgets that each tenant, team, user, key or value of a tag has of its own.</summary>
public class IdentityBudgetTests
{
    private static TestGateway Gateway(TestBackend backend, params BudgetOptions[] budgets) => new(
        sira => sira.AddRoute("default", route => route.To("a/m")).AddRoute("other", route => route.To("a/m")).AddAlias("alias", "a/m").ConfigureGateway(options =>
        {
            foreach (var budget in budgets)
            {
                options.Budgets.Add(budget);
            }
        }),
        backend);

    [Theory]
    [InlineData(BudgetScope.Tenant, "tenant 'x'")]
    [InlineData(BudgetScope.Team, "team 'x'")]
    [InlineData(BudgetScope.User, "user 'x'")]
    [InlineData(BudgetScope.Key, "key 'x'")]
    [InlineData(BudgetScope.Tag, "tag 'project' = 'x'")]
    public async Task EachValue_HasABudgetOfItsOwn(BudgetScope scope, string named)
    {
        await using var gateway = Gateway(Identities.Billing(1, 1), new BudgetOptions { Requests = 1, For = scope, Tag = scope is BudgetScope.Tag ? "project" : null });
        SiraChatOptions Of(string? value) => Identities.Of(
            gateway,
            scope is BudgetScope.Tenant ? value : null,
            scope is BudgetScope.Team ? value : null,
            scope is BudgetScope.User ? value : null,
            scope is BudgetScope.Key ? value : null,
            scope is BudgetScope.Tag ? value : null);

        await gateway.AskAsync(streaming: false, Of("x"));
        await gateway.AskAsync(streaming: true, Of("y"));
        await gateway.AskAsync(streaming: false, Of(null));

        var refused = await Identities.RefusedAsync(gateway, Of("x"), streaming: true);
        Assert.Contains($"request budget of {named} on all routes per 1d", refused.Message, StringComparison.Ordinal);
        Assert.Contains("1 requests of 1 requests are used", refused.Message, StringComparison.Ordinal);
        Assert.Contains("It may fit again in", refused.Message, StringComparison.Ordinal);
        Assert.Contains("Raise the budget", refused.Message, StringComparison.Ordinal);
        Assert.Contains("(none)", (await Identities.RefusedAsync(gateway, Of(" "))).Message, StringComparison.Ordinal);
        await Identities.RefusedAsync(gateway, Of("y"));
    }

    [Fact]
    public async Task AllBudgetsOfARequest_HoldTogether_AndARefusalHoldsNothing()
    {
        await using var gateway = Gateway(
            Identities.Billing(5, 5),
            new BudgetOptions { Requests = 100 },
            new BudgetOptions { Requests = 2, For = BudgetScope.Tenant },
            new BudgetOptions { Requests = 1, For = BudgetScope.User });

        await gateway.AskAsync(streaming: false, Identities.Of(gateway, tenant: "t", user: "u1"));
        await Identities.RefusedAsync(gateway, Identities.Of(gateway, tenant: "t", user: "u1"));
        await gateway.AskAsync(streaming: false, Identities.Of(gateway, tenant: "t", user: "u2"));
        var refused = await Identities.RefusedAsync(gateway, Identities.Of(gateway, tenant: "t", user: "u3"));

        Assert.Contains("tenant 't'", refused.Message, StringComparison.Ordinal);
        Assert.Contains("tenant 't'", refused.Decision!.Candidates[0].Reason, StringComparison.Ordinal);
        Assert.Equal(2, gateway.Pool("request budget of all routes").Used);
        gateway.AssertIdle();
    }

    [Fact]
    public async Task Match_TakesThePlaceOfTheGeneralBudgetForItsValue()
    {
        await using var gateway = Gateway(
            Identities.Billing(1, 1),
            new BudgetOptions { Requests = 1, For = BudgetScope.Tenant },
            new BudgetOptions { Requests = 3, For = BudgetScope.Tenant, Match = "acme" });

        for (var i = 0; i < 3; i++)
        {
            await gateway.AskAsync(streaming: false, Identities.Of(gateway, tenant: "acme"));
        }

        Assert.Contains("3 requests of 3 requests", (await Identities.RefusedAsync(gateway, Identities.Of(gateway, tenant: "acme"))).Message, StringComparison.Ordinal);
        await gateway.AskAsync(streaming: false, Identities.Of(gateway, tenant: "Acme"));
        await Identities.RefusedAsync(gateway, Identities.Of(gateway, tenant: "Acme"));
    }

    [Fact]
    public async Task Match_OnItsOwn_ConcernsNobodyElse()
    {
        await using var gateway = Gateway(Identities.Billing(1, 1), new BudgetOptions { Requests = 1, For = BudgetScope.Tenant, Match = "acme" });

        for (var i = 0; i < 3; i++)
        {
            await gateway.AskAsync(streaming: false, Identities.Of(gateway, tenant: "other"));
            await gateway.AskAsync(streaming: false);
        }

        await gateway.AskAsync(streaming: false, Identities.Of(gateway, tenant: "acme"));
        await Identities.RefusedAsync(gateway, Identities.Of(gateway, tenant: "acme"));
    }

    [Theory]
    [InlineData("@other", false)]
    [InlineData("a/m", true)]
    [InlineData("m", false)]
    [InlineData("alias", true)]
    [InlineData("auto", false)]
    public async Task NoOtherNameOfAModel_GoesRoundATenantsBudget(string modelId, bool streaming)
    {
        await using var gateway = Gateway(Identities.Billing(1, 1), new BudgetOptions { Requests = 1, For = BudgetScope.Tenant });

        await gateway.AskAsync(streaming: false, Identities.Of(gateway, tenant: "t"));

        await Identities.RefusedAsync(gateway, Identities.Of(gateway, tenant: "t", modelId: modelId), streaming);
        await Assert.ThrowsAsync<RequestFailedException>(() => gateway.Clock.RunAsync(() => gateway.Keyed("other").GetResponseAsync("Hello", Identities.Of(gateway, tenant: "t"))));
        await gateway.AskAsync(streaming, Identities.Of(gateway, tenant: "someone else", modelId: modelId));
    }

    [Fact]
    public async Task Embeddings_CountAgainstTheSameTenant_OnARouteAndByModel()
    {
        var backend = Identities.Billing(1, 1).With(new ModelDescriptor("e") { IsEmbedding = true });
        backend.Embeddings = new FixedEmbeddings(7);
        await using var gateway = new TestGateway(
            sira => sira.AddRoute("default", route => route.To("a/m")).AddEmbeddingRoute("docs", route => route.To("a/e")).ConfigureGateway(options => options.Budgets.Add(new BudgetOptions { Requests = 2, For = BudgetScope.Tenant })),
            backend);
        EmbeddingGenerationOptions Options(string? modelId = null) => new()
        {
            ModelId = modelId,
            AdditionalProperties = new AdditionalPropertiesDictionary { [RequestContext.PropertyName] = new RequestContext(gateway.Clock.GetTimestamp()) { Tenant = "t" } },
        };

        await gateway.Sira.GetEmbeddingGenerator("docs").GenerateAsync(["x"], Options());
        await gateway.AskAsync(streaming: false, Identities.Of(gateway, tenant: "t"));

        var exception = await Assert.ThrowsAsync<RequestFailedException>(() => gateway.Sira.GetEmbeddingGenerator("docs").GenerateAsync(["x"], Options("a/e")));
        Assert.Contains("tenant 't'", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ParallelCalls_OnATokensPerMinuteLimit_NeverPassItTogether()
    {
        // As in litellm#18730: five at once on a limit of 100 tokens per minute.
        var gate = new TaskCompletionSource();
        var backend = new TestBackend("a");
        var inFlight = 0;
        backend.Own["m"] = new DelegateChatClient(async (_, _) =>
        {
            Interlocked.Increment(ref inFlight);
            await gate.Task;
            return Identities.Answer(8, 30);
        });
        await using var gateway = Gateway(backend, new BudgetOptions { Tokens = 100, Per = TimeSpan.FromMinutes(1), For = BudgetScope.Key });
        var estimate = gateway.Sira.Explain([new ChatMessage(ChatRole.User, "Hello")]).EstimatedInputTokens + 30;

        var calls = Enumerable.Range(0, 5).Select(_ => Task.Run(() => gateway.Chat.GetResponseAsync("Hello", Identities.Of(gateway, key: "k", maxOutputTokens: 30)))).ToArray();
        while (Volatile.Read(ref inFlight) + calls.Count(call => call.IsFaulted) < 5)
        {
            await Task.Yield();
        }

        gate.SetResult();
        await Task.WhenAll(calls.Select(call => call.ContinueWith(static _ => { }, TestContext.Current.CancellationToken, TaskContinuationOptions.None, TaskScheduler.Default)));
        Assert.Equal(100 / estimate, calls.Count(call => call.IsCompletedSuccessfully));
    }

    [Fact]
    public async Task MadeUpNames_NeitherFillTheMemory_NorFreeWhatSomebodyHasSpent()
    {
        // What is billed nothing leaves nothing to remember.
        await using var gateway = Gateway(Identities.Billing(0, 0), new BudgetOptions { Tokens = 5_000, For = BudgetScope.User });
        var budgets = gateway.Services.GetRequiredService<GatewaySnapshots>().Current.Routes["default"].Budgets;
        var family = Assert.Single(gateway.Services.GetRequiredService<ResourcePoolRegistry>().Families);
        var spender = budgets.PoolsOf(Identities.Of(gateway, user: "spender").Request!)[0].Pool;
        Assert.True(new ResourceScheduler().TryReserve([new ResourceRequest(spender, 4_900)], out var reservation, out _));
        reservation.Settle([5_000]);

        for (var i = 0; i < ResourcePoolFamily.DefaultMaximumPools + 2_000; i++)
        {
            await gateway.Chat.GetResponseAsync("Hello", Identities.Of(gateway, user: "made up " + i), TestContext.Current.CancellationToken);
        }

        Assert.InRange(family.Count, 1, ResourcePoolFamily.DefaultMaximumPools);
        await Identities.RefusedAsync(gateway, Identities.Of(gateway, user: "spender"));
    }

    [Fact]
    public async Task PoolThatIsLetGoBetweenTwoAttempts_IsFollowedByItsSuccessor()
    {
        var backend = new TestBackend("a");
        backend["m"].Throw(Scripted.Error(BackendErrorKind.ServerError)).Reply(Identities.Answer(20, 30));
        await using var gateway = new TestGateway(
            sira => sira.AddRoute("default", route => route.To("a/m").Retry(retry => retry.BaseDelay = TimeSpan.FromSeconds(8)).Budget(new BudgetOptions { Tokens = 1000, For = BudgetScope.User, Thresholds = [0.05] })),
            backend);
        var told = new List<BudgetThresholdReached>();
        using var subscription = gateway.Bus.Subscribe<BudgetThresholdReached>(told.Add);
        var budget = Assert.Single(gateway.Services.GetRequiredService<GatewaySnapshots>().Current.Routes["default"].Budgets.Pools);
        var family = gateway.Services.GetRequiredService<ResourcePoolRegistry>().GetOrAddFamily(budget.FamilyName!, budget.Definition, maximumPools: 1);
        ResourcePool? first = null;
        using var timer = gateway.Clock.CreateTimer(
            _ =>
            {
                first = family.Get("u");
                family.Get("somebody else");
                Assert.False(family.TryGet("u", out var _));
            },
            null,
            TimeSpan.FromMilliseconds(1),
            Timeout.InfiniteTimeSpan);

        var decision = (await gateway.AskAsync(streaming: false, Identities.Of(gateway, user: "u"))).GetRouteDecision()!;

        Assert.Equal(2, decision.Attempts.Count);
        Assert.NotSame(first, family.Get("u"));
        Assert.Equal((0, 50), ((int)first!.Used, (int)family.Get("u").Used));
        Assert.Equal(("u", 50m), (Assert.Single(told).Value, told[0].Used));
    }

    [Fact]
    public async Task LongNames_AreShortened_AndStayApart()
    {
        await using var gateway = Gateway(Identities.Billing(1, 1), new BudgetOptions { Requests = 1, For = BudgetScope.User });
        var name = new string('n', 100_000);

        await gateway.AskAsync(streaming: false, Identities.Of(gateway, user: name + "1"));
        await gateway.AskAsync(streaming: false, Identities.Of(gateway, user: name + "2"));

        Assert.InRange((await Identities.RefusedAsync(gateway, Identities.Of(gateway, user: name + "1"))).Message.Length, 1, 1000);
    }

    [Fact]
    public async Task RouteWithoutIdentityBudgets_HasOneArrayForAllCalls()
    {
        await using var gateway = Gateway(Identities.Billing(1, 1), new BudgetOptions { Requests = 10 });
        var budgets = gateway.Services.GetRequiredService<GatewaySnapshots>().Current.Routes["default"].Budgets;

        Assert.Same(budgets.PoolsOf(new RequestContext(0) { Tenant = "a" }), budgets.PoolsOf(new RequestContext(0) { Tenant = "b" }));
    }
}
