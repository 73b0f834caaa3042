using Microsoft.Extensions.AI;
using Sira.Backends;
using Sira.Decisions;
using Sira.Gateway.Budgets;
using Sira.Gateway.Capacity;
using Sira.Gateway.Configuration;
using Sira.Gateway.Targets;
using Sira.Kernel.Registry;
using Sira.Kernel.Resources;
using Sira.Models;

namespace Sira.Gateway.Routing;

/// <summary>One model at one backend, as a route sees it.</summary>
/// <remarks>Health and load are shared by all routes that use the same model at the same backend; position and weight are the route's own.</remarks>
public sealed class RouteTarget
{
    private ModelPricing? pricing;
    private TokenPrices prices;

    internal RouteTarget(IBackend backend, ModelDescriptor model, Endpoint endpoint, Endpoint provider, TargetStatistics statistics, TargetCapacity capacity, bool embeds, int position, FallbackKind fallback, bool isArmOnly = false)
    {
        (Backend, Model, Endpoint, StreamEndpoint, Provider, Statistics, Capacity, Position, Fallback, IsArmOnly) = (backend, model, endpoint, endpoint.WithLoad(statistics.StreamLoad), provider, statistics, capacity, position, fallback, isArmOnly);
        Name = NameOf(backend, model.Id);
        Features = backend.GetFeatures(model.Id);
        pricing = model.Pricing;
        prices = new TokenPrices(pricing);
        Embeds = embeds;
        if (!embeds)
        {
            ChatClient = backend.GetChatClient(model.Id);
        }
    }

    /// <summary>Gets the name, <c>backend/model</c>.</summary>
    public string Name { get; }

    /// <summary>Gets the backend.</summary>
    public IBackend Backend { get; }

    /// <summary>Gets what is known of the model.</summary>
    public ModelDescriptor Model { get; }

    /// <summary>Gets the endpoint: weight in this route, shared health and load.</summary>
    public Endpoint Endpoint { get; }

    /// <summary>Gets the provider's own endpoint: the health of what all its models share, such as the way to it.</summary>
    public Endpoint Provider { get; }
    /// <summary>Gets what has been seen of the target, shared by all routes.</summary>
    public TargetStatistics Statistics { get; }

    /// <summary>Gets what is left of the provider's rate limits, from 0 (nothing) to 1 (all), or <see langword="null"/> when it has not said.</summary>
    /// <remarks>Reckoned from the provider's last answer: what is used recovers evenly until the reset that it named, and the calls under way are taken off.</remarks>
    public double? Headroom => Backend.GetRateLimits(Model.Id) is { } limits ? Statistics.HeadroomOf(limits) : null;

    /// <summary>Gets what the target can be asked.</summary>
    public RequestFeatures Features { get; }

    /// <summary>Gets the place in the route's order, counted from 0; deployments of the same model that stand together share it.</summary>
    public int Position { get; }

    /// <summary>Gets what kind of fallback it is, if it is one.</summary>
    public FallbackKind Fallback { get; }

    /// <summary>Gets whether it is tried only after the route's own targets.</summary>
    public bool IsFallback => Fallback is not FallbackKind.None;

    /// <summary>Gets whether the price of a plain call is known.</summary>
    public bool HasKnownPrice => !IsPriceEstimated && pricing is { Input: not null, Output: not null };

    /// <summary>Gets whether the price is unknown and the route reckons with its own estimate.</summary>
    public bool IsPriceEstimated { get; private set; }

    /// <summary>Gets whether the target makes embeddings, and so has no chat client.</summary>
    internal bool Embeds { get; }

    /// <summary>Gets how much is sent to it.</summary>
    internal TargetCapacity Capacity { get; }
    /// <summary>The endpoint as balancers see it for streams: the same identity, weight and breaker, with the latency of first tokens.</summary>
    internal Endpoint StreamEndpoint { get; }
    /// <summary>Gets whether only an arm of the route's traffic split names it, so that other requests do not reach it.</summary>
    internal bool IsArmOnly { get; }

    internal IChatClient ChatClient { get; } = null!;

    /// <summary>Reckons what a call would cost, at the prices for uncached input.</summary>
    /// <param name="inputTokens">The input tokens.</param>
    /// <param name="outputTokens">The output tokens.</param>
    /// <returns>US dollars, or <see langword="null"/> when a price is unknown.</returns>
    public decimal? EstimateCost(long inputTokens, long outputTokens)
    {
        if (pricing is { Tiers.Count: > 0 })
        {
            return pricing.CostOf(new UsageDetails { InputTokenCount = inputTokens, OutputTokenCount = outputTokens });
        }

        return pricing?.Input is { } input && (pricing.Output ?? (Embeds ? 0m : null)) is { } output
            ? ((inputTokens * input) + (outputTokens * output)) / 1_000_000m
            : null;
    }

    /// <summary>Gets the time until both breakers, the target's and the provider's, let a call through; zero when they do.</summary>
    internal TimeSpan RemainingBreak => Endpoint.Breaker.RemainingBreak is var own && Provider.Breaker.RemainingBreak is var shared && own > shared ? own : Provider.Breaker.RemainingBreak;

    /// <summary>Whether both breakers, the target's and the provider's, would let a call through now.</summary>
    internal bool CanEnter() => Endpoint.Breaker.CanEnter() && Provider.Breaker.CanEnter();

    /// <inheritdoc />
    public override string ToString() => Name;

    /// <summary>Reckons what a call would cost, as <see cref="EstimateCost"/> does, in pico-dollars.</summary>
    internal long? EstimatePicoDollars(long inputTokens, long outputTokens) =>
        prices.TryReckon(inputTokens, cachedTokens: 0, outputTokens, out var picoDollars)
            ? picoDollars
            : ToPicoDollars(EstimateCost(inputTokens, outputTokens));

    /// <summary>Reckons what a call would cost of whose input a share is read from the prompt cache, in pico-dollars; <see langword="null"/> when a price is unknown.</summary>
    internal long? EstimatePicoDollars(long inputTokens, double cachedShare, long outputTokens)
    {
        var cached = (long)(inputTokens * cachedShare);
        return prices.TryReckon(inputTokens, cached, outputTokens, out var picoDollars) ? picoDollars
            : cached == 0 || Model.Pricing is not { } pricing ? ToPicoDollars(EstimateCost(inputTokens, outputTokens))
            : ToPicoDollars(pricing.CostOf(new UsageDetails { InputTokenCount = inputTokens, CachedInputTokenCount = cached, OutputTokenCount = outputTokens }));
    }

    /// <summary>Reckons what reported usage costs, in pico-dollars; <see langword="null"/> when a price that is needed is unknown.</summary>
    internal long? PicoDollarsOf(UsageDetails usage)
    {
        if (pricing is null)
        {
            return null;
        }

        var input = usage.InputTokenCount ?? 0;
        var isPlain = usage.AdditionalCounts is null && (pricing.Reasoning is null || usage.ReasoningTokenCount is null or 0);
        return isPlain && prices.TryReckon(input, Math.Min(usage.CachedInputTokenCount ?? 0, input), usage.OutputTokenCount ?? 0, out var picoDollars)
            ? picoDollars
            : ToPicoDollars(pricing.CostOf(usage));
    }

    /// <summary>The dearest prices that may apply to a call, for budgets that are never exceeded.</summary>
    internal WorstPrices? WorstPricesFor(long inputTokens) => WorstPrices.Of(pricing, inputTokens, Embeds);

    /// <summary>Fills in the prices that are unknown, before the target is used.</summary>
    internal void Assume(UnknownPriceEstimate estimate)
    {
        if (pricing is { Input: not null } && (Embeds || pricing.Output is not null))
        {
            return;
        }

        pricing = (pricing ?? new ModelPricing()) with { Input = pricing?.Input ?? estimate.Input, Output = pricing?.Output ?? estimate.Output };
        prices = new TokenPrices(pricing);
        IsPriceEstimated = true;
    }

    // More than can be counted is as good as the most that can: no budget has room for it.
    private static long? ToPicoDollars(decimal? usd) => usd switch
    {
        null => null,
        <= 0 => 0,
        { } cost => Money.TryToPicoDollars(cost, out var picoDollars) ? picoDollars : long.MaxValue,
    };

    internal static string NameOf(IBackend backend, string modelId) => $"{backend.Name}/{modelId}";
}
