using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Sira.Decisions;
using Sira.Errors;
using Sira.Gateway.Configuration;
using Sira.Gateway.Tests.Support;
using Sira.Kernel.Resources;
using Sira.Models;
using Sira.Requests;

namespace Sira.Gateway.Tests.Budgets;

/// <summary>What is done where a price is unknown, which is never zero.</summary>
public class UnknownPriceTests
{
    private static readonly UnknownPriceEstimate Estimate = new() { Input = 10m, Output = 100m };

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Estimate_IsReservedAndBilled_AndMarkedAsAnEstimate(bool streaming)
    {
        await using var gateway = new TestGateway(
            sira => sira.AddRoute("default", route => route.To("a/m").Budget(usd: 1).Configure(options => (options.UnknownPrice, options.UnknownPriceEstimate) = (UnknownPricePolicy.Estimate, Estimate))),
            Identities.Billing(1000, 100));
        var request = new RequestContext(gateway.Clock.GetTimestamp());

        var decision = (await gateway.AskAsync(streaming, new SiraChatOptions { Request = request })).GetRouteDecision()!;

        Assert.Equal((0.02m, true), (decision.Cost, Assert.Single(decision.Attempts).IsEstimated));
        Assert.Equal((0.02m, 0), (request.Cost, request.UnpricedCalls));
        Assert.Equal(Money.ToPicoDollars(0.02m), gateway.Pool("money").Used);
    }

    [Fact]
    public async Task Estimate_IsHeldAgainstTheBudget_BeforeTheCall()
    {
        // 512 output tokens are reckoned with, at $100 a million.
        await using var gateway = new TestGateway(
            sira => sira.AddRoute("default", route => route.To("a/m").Budget(usd: 0.05m)).ConfigureGateway(options => (options.UnknownPrice, options.UnknownPriceEstimate) = (UnknownPricePolicy.Estimate, Estimate)),
            Identities.Billing(1, 1));

        await Identities.RefusedAsync(gateway, new ChatOptions());
    }

    [Fact]
    public async Task KnownPrices_AreNotEstimated_AndHalfKnownOnesAreCompleted()
    {
        var backend = Identities.Billing(1_000, 1_000, new ModelPricing { Input = 1m, Output = 2m }).With(new ModelDescriptor("half") { Pricing = new ModelPricing { Input = 1m } });
        backend["half"].Reply(Identities.Answer(1_000, 1_000));
        await using var gateway = new TestGateway(
            sira => sira.AddRoute("default", route => route.To("a/m")).ConfigureGateway(options => (options.UnknownPrice, options.UnknownPriceEstimate) = (UnknownPricePolicy.Estimate, Estimate)),
            backend);

        var known = Assert.Single((await gateway.AskAsync(streaming: false)).GetRouteDecision()!.Attempts);
        var half = Assert.Single((await gateway.AskAsync(streaming: false, new ChatOptions { ModelId = "a/half" })).GetRouteDecision()!.Attempts);

        Assert.Equal((0.003m, false), (known.Cost, known.IsEstimated));
        Assert.Equal((0.101m, true), (half.Cost, half.IsEstimated));
    }

    [Fact]
    public async Task GatewaysPolicy_HoldsForDirectCalls_AndARoutesOwnGoesFirst()
    {
        await using var gateway = new TestGateway(
            sira => sira
                .AddRoute("default", route => route.To("a/m").Configure(options => options.UnknownPrice = UnknownPricePolicy.Allow))
                .ConfigureGateway(options =>
                {
                    options.UnknownPrice = UnknownPricePolicy.Deny;
                    options.Budgets.Add(new BudgetOptions { Usd = 1 });
                }),
            Identities.Billing(1, 1));

        await gateway.AskAsync(streaming: false);
        var exception = await Assert.ThrowsAsync<RequestFailedException>(() => gateway.AskAsync(streaming: false, new ChatOptions { ModelId = "a/m" }));

        Assert.Equal(DropReason.PriceUnknown, Assert.Single(exception.Decision!.Candidates).Dropped);
    }
}
