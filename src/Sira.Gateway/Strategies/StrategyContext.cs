using Sira.Gateway.Routing;
using Sira.Gateway.Targets;
using Sira.Kernel.Time;
using Sira.Models;
using Sira.Requests;

namespace Sira.Gateway.Strategies;

/// <summary>What a strategy may look at when it scores a candidate.</summary>
public readonly ref struct StrategyContext
{
    /// <summary>Gets the candidate.</summary>
    public required RouteTarget Target { get; init; }

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

    /// <summary>How long the answers of the route are.</summary>
    internal TokenMix? Mix { get; init; }

    /// <summary>Gets the output tokens that this target is likely to write: what answers of the route to prompts of this length have, times how much more or less than others the target writes. Before the first answer, <see cref="OutputTokens"/>.</summary>
    public long LikelyOutputTokens
    {
        get
        {
            var likely = (Mix?.Expect(InputTokens, OutputTokens) ?? OutputTokens) * Target.Statistics.PricedVerbosity;
            return (long)Math.Min(likely, Target.Model.MaxOutputTokens ?? long.MaxValue);
        }
    }

    /// <summary>Gets whether a stream is asked for.</summary>
    public bool Streaming => (Features & RequestFeatures.Streaming) != 0;
}
