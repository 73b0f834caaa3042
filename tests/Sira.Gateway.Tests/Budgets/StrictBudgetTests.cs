using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Sira.Decisions;
using Sira.Errors;
using Sira.Gateway.Budgets;
using Sira.Gateway.Configuration;
using Sira.Gateway.Tests.Support;
using Sira.Models;
using Sira.Requests;
using Sira.Testing;

namespace Sira.Gateway.Tests.Budgets;

/// <summary>Budgets beyond which nothing is spent, at a provider that always writes as much as it may.</summary>
public class StrictBudgetTests
{
    private const int Unlimited = 1_000_000;
    private static readonly ModelPricing Dear = new() { Input = 10m, Output = 100m, CacheWrite = 12.5m, Reasoning = 150m };

    private static TestBackend Greedy(Action<long, long>? billed = null, ModelPricing? pricing = null, int? maxOutputTokens = null, long input = 100)
    {
        var backend = new TestBackend("a").With(new ModelDescriptor("m") { Pricing = pricing ?? Dear, MaxOutputTokens = maxOutputTokens });
        backend.Own["m"] = new DelegateChatClient(
            async (options, _) =>
            {
                await Task.Yield();
                return Write(options);
            },
            (options, _) => Write(options).ToChatResponseUpdates().ToAsyncEnumerable());
        return backend;

        ChatResponse Write(ChatOptions? options)
        {
            var output = options?.MaxOutputTokens ?? Unlimited;
            billed?.Invoke(input, output);
            var answer = Identities.Answer(input, output);

            // All at the dearest price: written to the cache, and thought.
            answer.Usage!.SetCacheWriteInputTokens(input);
            answer.Usage!.ReasoningTokenCount = output;
            return answer;
        }
    }

    [Theory]
    [InlineData(BudgetScope.All, true)]
    [InlineData(BudgetScope.All, false)]
    [InlineData(BudgetScope.Tenant, true)]
    [InlineData(BudgetScope.Tenant, false)]
    public async Task HundredsOfConcurrentCalls_AreNeverBilledMoreThanTheLimit(BudgetScope scope, bool money)
    {
        const decimal Usd = 0.5m;
        const long Tokens = 20_000;
        long tokens = 0;
        var backend = Greedy((input, output) => Interlocked.Add(ref tokens, input + output));
        var budget = money ? new BudgetOptions { Usd = Usd, Strict = true, For = scope } : new BudgetOptions { Tokens = Tokens, Strict = true, For = scope };
        await using var gateway = new TestGateway(sira => sira.AddRoute("default", route => route.To("a/m").Budget(budget)), backend);
        var request = new RequestContext(gateway.Clock.GetTimestamp()) { Tenant = "t" };
        var start = new ManualResetEventSlim();

        var calls = Enumerable.Range(0, 8).Select(worker => Task.Run(async () =>
        {
            start.Wait(TestContext.Current.CancellationToken);
            var answered = 0;
            for (var i = 0; i < 50; i++)
            {
                var options = new SiraChatOptions { Request = request, MaxOutputTokens = (i + worker) % 10 == 0 ? null : 20 + i };
                try
                {
                    if (i % 2 == 0)
                    {
                        await gateway.Chat.GetResponseAsync("Hello", options);
                    }
                    else
                    {
                        await gateway.Chat.GetStreamingResponseAsync("Hello", options).ToChatResponseAsync();
                    }

                    answered++;
                }
                catch (RequestFailedException exception) when (exception.Kind is RequestFailureKind.BudgetExceeded)
                {
                }
            }

            return answered;
        })).ToArray();
        start.Set();
        var answered = (await Task.WhenAll(calls)).Sum();

        Assert.InRange(answered, 1, 399);
        Assert.Equal(tokens, request.Tokens);
        if (money)
        {
            // Nearly all of it is used: what is left would not pay for the input that a strict budget reckons with and the least output.
            Assert.InRange(request.Cost, Usd - 0.01m, Usd);
        }
        else
        {
            Assert.InRange(tokens, Tokens - 300, Tokens);
        }

        gateway.AssertIdle();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task HundredsOfCallsUnderWayAtOnce_HoldNoMoreThanTheLimitTogether(bool money)
    {
        const int Calls = 400;
        long tokens = 0;
        var decided = 0;
        var gate = new TaskCompletionSource();
        var backend = new TestBackend("a").With(new ModelDescriptor("m") { Pricing = Dear });
        backend.Own["m"] = new DelegateChatClient(async (options, _) =>
        {
            Interlocked.Increment(ref decided);
            await gate.Task;
            Interlocked.Add(ref tokens, 250 + options!.MaxOutputTokens!.Value);
            return Identities.Answer(250, options.MaxOutputTokens.Value);
        });
        var budget = money ? new BudgetOptions { Usd = 1, Strict = true } : new BudgetOptions { Tokens = 30_000, Strict = true };
        await using var gateway = new TestGateway(sira => sira.AddRoute("default", route => route.To("a/m").Budget(budget)), backend);
        var request = new RequestContext(gateway.Clock.GetTimestamp());

        var calls = Enumerable.Range(0, Calls).Select(_ => Task.Run(async () =>
        {
            try
            {
                await gateway.Chat.GetResponseAsync("Hello", new SiraChatOptions { Request = request, MaxOutputTokens = 100 });
                return true;
            }
            catch (RequestFailedException)
            {
                Interlocked.Increment(ref decided);
                return false;
            }
        })).ToArray();
        while (Volatile.Read(ref decided) < Calls)
        {
            await Task.Yield();
        }

        gate.SetResult();
        Assert.InRange((await Task.WhenAll(calls)).Count(answered => answered), 30, Calls - 1);
        Assert.InRange(money ? request.Cost : tokens, 0.3m, money ? 1 : 30_000);
        Assert.Equal(tokens, request.Tokens);
    }

    [Theory]
    [InlineData(null, null, 2000)]
    [InlineData(null, 500, 500)]
    [InlineData(300, null, 300)]
    [InlineData(5000, null, 2000)]
    [InlineData(0, null, 512)]
    public async Task Output_IsLimitedToWhatIsAskedAndGivenAndAffordable(int? asked, int? given, int expected)
    {
        int? sent = null;
        var backend = Greedy(maxOutputTokens: given);
        backend.Own["m"] = new DelegateChatClient((options, _) =>
        {
            sent = options?.MaxOutputTokens;
            return Task.FromResult(Identities.Answer(10, 10));
        });
        var probe = await EstimateAsync();
        var margin = probe + (probe / 2) + 256;
        await using var gateway = new TestGateway(sira => sira.AddRoute("default", route => route.To("a/m").Budget(new BudgetOptions { Tokens = 2000 + margin, Strict = true })), backend);

        var decision = (await gateway.AskAsync(streaming: false, new ChatOptions { MaxOutputTokens = asked })).GetRouteDecision()!;

        Assert.Equal(expected, sent);
        Assert.Equal(expected, Assert.Single(decision.Attempts).OutputLimit);
        Assert.Contains($"held to {expected} output tokens by a strict budget", decision.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(16, true)]
    [InlineData(15, false)]
    public async Task TooLittleForAUsefulAnswer_IsRefused(int left, bool answered)
    {
        var estimate = await EstimateAsync();
        await using var gateway = new TestGateway(sira => sira.AddRoute("default", route => route.To("a/m").Budget(new BudgetOptions { Tokens = estimate + (estimate / 2) + 256 + left, Strict = true })), Greedy(input: 1));

        if (answered)
        {
            Assert.Equal(16, Assert.Single((await gateway.AskAsync(streaming: true)).GetRouteDecision()!.Attempts).OutputLimit);
        }
        else
        {
            await Identities.RefusedAsync(gateway, new ChatOptions(), streaming: true);
        }
    }

    [Fact]
    public async Task LessThanTheLeast_IsEnoughForWhoAsksForLess()
    {
        var estimate = await EstimateAsync();
        await using var gateway = new TestGateway(sira => sira.AddRoute("default", route => route.To("a/m").Budget(new BudgetOptions { Tokens = estimate + (estimate / 2) + 256 + 3, Strict = true })), Greedy(input: 1));

        Assert.Equal(3, Assert.Single((await gateway.AskAsync(streaming: false, new ChatOptions { MaxOutputTokens = 3 })).GetRouteDecision()!.Attempts).OutputLimit);
    }

    [Fact]
    public async Task InputThatWasUnderestimatedBeyondTheMargin_IsDebt()
    {
        await using var gateway = new TestGateway(sira => sira.AddRoute("default", route => route.To("a/m").Budget(new BudgetOptions { Tokens = 1000, Strict = true })), Greedy(input: 5000));

        await gateway.AskAsync(streaming: false, new ChatOptions { MaxOutputTokens = 20 });

        Assert.Equal(5020, gateway.Pool("token").Used);
        Assert.Contains("5020 tokens of 1000 tokens", (await Identities.RefusedAsync(gateway, new ChatOptions())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TargetThatCannotBeLimited_IsNoCandidate()
    {
        var backend = Greedy();
        backend.Features = RequestFeatures.All & ~RequestFeatures.MaxOutputTokens;
        await using var gateway = new TestGateway(sira => sira.AddRoute("default", route => route.To("a/m").Budget(new BudgetOptions { Tokens = 1000, Strict = true })), backend);

        var exception = await Assert.ThrowsAsync<RequestFailedException>(() => gateway.AskAsync(streaming: false));

        Assert.Equal(DropReason.UnsupportedFeature, Assert.Single(exception.Decision!.Candidates).Dropped);
        Assert.Contains("MaxOutputTokens", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TargetOfUnknownPrice_IsNoCandidate_WhateverThePolicy()
    {
        await using var gateway = new TestGateway(sira => sira.AddRoute("default", route => route.To("a/m").Budget(new BudgetOptions { Usd = 1, Strict = true })), Identities.Billing(1, 1));

        var exception = await Assert.ThrowsAsync<RequestFailedException>(() => gateway.AskAsync(streaming: false));

        Assert.Contains("its price is unknown, and money is limited by a strict budget", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task FreeTarget_IsNotHeldByMoney()
    {
        await using var gateway = new TestGateway(sira => sira.AddRoute("default", route => route.To("a/m").Budget(new BudgetOptions { Usd = 0.000001m, Strict = true })), Greedy(pricing: new ModelPricing { Input = 0, Output = 0 }));

        var decision = (await gateway.AskAsync(streaming: false)).GetRouteDecision()!;

        Assert.Null(Assert.Single(decision.Attempts).OutputLimit);
        Assert.Equal(0m, decision.Cost);
    }

    [Theory]
    [InlineData(100, 10, 20)]
    [InlineData(201, 30, 20)]
    [InlineData(301, 30, 60)]
    public void WorstPrices_AreTheDearestThatMayApply(long input, int expectedInput, int expectedOutput)
    {
        var pricing = new ModelPricing
        {
            Input = 10m,
            Output = 20m,
            Tiers = [new ModelPricingTier(200, new ModelPricing { Input = 30m, Output = 5m }), new ModelPricingTier(300, new ModelPricing { Input = 1m, Output = 2m, Reasoning = 60m })],
        };

        var worst = WorstPrices.Of(pricing, input, embeds: false)!.Value;

        Assert.Equal((expectedInput * 1_000_000m, expectedOutput * 1_000_000m), (worst.Input, worst.Output));
        Assert.Equal(7, worst.OutputFor(worst.CostOf(input, 7), input));
        Assert.Equal(6, worst.OutputFor(worst.CostOf(input, 7) - 1, input));
        Assert.Equal(-1, worst.OutputFor(worst.CostOf(input, 0) - 1, input));
        Assert.Null(WorstPrices.Of(pricing with { Output = null }, input, embeds: false));
    }

    private static async Task<long> EstimateAsync()
    {
        await using var gateway = new TestGateway(sira => sira.AddRoute("default", route => route.To("a/m")), Greedy());
        return gateway.Sira.Explain([new ChatMessage(ChatRole.User, "Hello")]).EstimatedInputTokens;
    }
}
