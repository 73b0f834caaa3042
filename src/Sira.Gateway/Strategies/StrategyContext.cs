using Sira.Gateway.Routing;
using Sira.Kernel.Time;
using Sira.Models;
using Sira.Requests;

namespace Sira.Gateway.Strategies;

/// <summary>What a strategy may look at when it scores a candidate.</summary>
public ref struct StrategyContext
{
    private RouteTarget target;

    /// <summary>Gets the candidate.</summary>
    public required RouteTarget Target
    {
        readonly get => target;
        init => target = value;
    }

    /// <summary>Gets the request that the call belongs to.</summary>
    public required RequestContext Request { get; init; }

    /// <summary>Gets the estimated input tokens.</summary>
    public required long InputTokens { get; init; }

    /// <summary>Gets the output tokens to reckon with: the request's limit, or a typical answer.</summary>
    public required long OutputTokens { get; init; }

    /// <summary>Gets the limit of output tokens that the request sets, if it sets one.</summary>
    public int? MaxOutputTokens { get; init; }

    /// <summary>Gets what the request asks for.</summary>
    public required RequestFeatures Features { get; init; }

    /// <summary>Gets the source of randomness.</summary>
    public required IRandomSource Random { get; init; }

    /// <summary>The output tokens that answers of the route have for a prompt of this length.</summary>
    internal double RouteOutputTokens { get; init; }

    /// <summary>Gets the output tokens that this target is likely to write: what answers of the route to prompts of this length have, times how much more or less than others the target writes. Before the first answer, <see cref="OutputTokens"/>.</summary>
    public readonly long LikelyOutputTokens => (long)Math.Min(RouteOutputTokens * Target.Statistics.PricedVerbosity, Target.Model.MaxOutputTokens ?? long.MaxValue);

    /// <summary>Gets whether a stream is asked for.</summary>
    public readonly bool Streaming => (Features & RequestFeatures.Streaming) != 0;

    /// <summary>Goes on to the next candidate: the rest is the same for all, and need not be put together again.</summary>
    internal void MoveTo(RouteTarget next) => target = next;
}
