namespace Sira.Gateway.Strategies;

/// <summary>Ranks the targets of a route that can answer a request. Implementations are thread-safe and neither block nor allocate.</summary>
public interface IRoutingStrategy
{
    /// <summary>Gets the name by which routes ask for this strategy.</summary>
    string Name { get; }

    /// <summary>Scores one candidate. The lowest score is tried first; among equal scores the route's balancer picks.</summary>
    /// <param name="candidate">The candidate and the request.</param>
    /// <returns>The score; <see cref="double.PositiveInfinity"/> puts it last.</returns>
    double Score(in StrategyContext candidate);

    /// <summary>Words a score for a person, without naming the target.</summary>
    /// <param name="score">A score that <see cref="Score"/> returned.</param>
    /// <returns>A few words, such as <c>expected cost $0.00042</c>.</returns>
    string Describe(double score);
}
