using Sira.Kernel.Contributions;

namespace Sira.Gateway.Strategies;

/// <summary>A plugin's strategy, as the gateway holds it. Where it throws or is gone, all targets are alike, and the balancer picks.</summary>
internal sealed class ContributedStrategy(Contribution<IRoutingStrategy> contribution, string name) : IRoutingStrategy
{
    public string Name => name;

    /// <summary>Gets who it is, for errors.</summary>
    public string Origin { get; } = $"{contribution.Value?.GetType()} of the plugin '{contribution.Contributor.Id}'";

    /// <summary>Gets the strategy to use: the host's own as it is.</summary>
    public static IRoutingStrategy? Of(Contribution<IRoutingStrategy> contribution) => contribution.Value is not { } strategy ? null
        : contribution.Contributor.IsHost ? strategy
        : new ContributedStrategy(contribution, strategy.Name);

    public double Score(in StrategyContext candidate)
    {
        if (contribution.TryEnter(out var call))
        {
            using (call)
            {
                try
                {
                    var score = call.Value.Score(candidate);
                    return double.IsNaN(score) ? double.PositiveInfinity : score;
                }
#pragma warning disable CA1031 // A plugin's mistake is counted and must not fail the request.
                catch (Exception exception)
#pragma warning restore CA1031
                {
                    call.Fail(exception);
                }
            }
        }

        return 0;
    }

    public string Describe(double score)
    {
        if (contribution.TryEnter(out var call))
        {
            using (call)
            {
                try
                {
                    return call.Value.Describe(score);
                }
#pragma warning disable CA1031 // As above; a trail with a plain number is better than none.
                catch (Exception exception)
#pragma warning restore CA1031
                {
                    call.Fail(exception);
                }
            }
        }

        return string.Create(System.Globalization.CultureInfo.InvariantCulture, $"score {score:0.######} by '{name}'");
    }
}
