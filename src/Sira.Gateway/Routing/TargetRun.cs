namespace Sira.Gateway.Routing;

/// <summary>Targets of a route that stand together and that no filter tells apart: deployments of one model with the same features, limits and prices. What is found out for the first holds for all.</summary>
/// <param name="Start">The first one's place in the route.</param>
/// <param name="Length">How many they are.</param>
internal readonly record struct TargetRun(int Start, int Length)
{
    public static TargetRun[] Of(RouteTarget[] targets)
    {
        var runs = new List<TargetRun>();
        for (var i = 0; i < targets.Length; i++)
        {
            if (i > 0 && AreAlike(targets[i - 1], targets[i]))
            {
                runs[^1] = runs[^1] with { Length = runs[^1].Length + 1 };
            }
            else
            {
                runs.Add(new TargetRun(i, 1));
            }
        }

        return [.. runs];
    }

    private static bool AreAlike(RouteTarget one, RouteTarget other) =>
        (one.Fallback, one.Position, one.Features, one.Embeds) == (other.Fallback, other.Position, other.Features, other.Embeds)
        && (one.Model.ContextWindow, one.Model.MaxOutputTokens, one.Model.EmbeddingDimensions) == (other.Model.ContextWindow, other.Model.MaxOutputTokens, other.Model.EmbeddingDimensions)
        && one.Model.Quality == other.Model.Quality
        && Equals(one.Model.Pricing, other.Model.Pricing);
}
