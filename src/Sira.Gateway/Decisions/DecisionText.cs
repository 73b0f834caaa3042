using System.Globalization;
using System.Text;
using Sira.Decisions;

namespace Sira.Gateway.Decisions;

/// <summary>Writes a decision as lines that a person reads.</summary>
internal static class DecisionText
{
    public static string Write(RouteDecision decision)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"route '{decision.Route}' (strategy {decision.Strategy}, configuration version {decision.SnapshotVersion}, about {decision.EstimatedInputTokens} input tokens)");
        if (decision.Variant is { } variant)
        {
            text.AppendLine().Append("  variant   ").Append(variant);
        }

        foreach (var candidate in decision.Candidates)
        {
            text.AppendLine().Append(candidate.Dropped is null ? "  candidate " : "  dropped   ").Append(candidate.Target).Append(": ").Append(candidate.Reason);
        }

        foreach (var attempt in decision.Attempts)
        {
            text.AppendLine().Append(CultureInfo.InvariantCulture, $"  attempt   {attempt.Target}: {(attempt.Error is { } error ? Describe(error, attempt.StatusCode) : "answered")} after {attempt.Duration.TotalMilliseconds:0.#} ms");
            if (attempt.Cost is { } cost)
            {
                text.Append(CultureInfo.InvariantCulture, $", ${cost:0.########}{(attempt.IsEstimated ? " (estimated)" : string.Empty)}");
            }
            else if (attempt.Error is null)
            {
                text.Append(", price unknown");
            }

            if (attempt.OutputLimit is { } limit)
            {
                text.Append(CultureInfo.InvariantCulture, $", held to {limit} output tokens by a strict budget");
            }
        }

        return text.ToString();
    }

    private static string Describe(Errors.BackendErrorKind error, int? status) => status is { } code ? $"{error} (HTTP {code})" : error.ToString();
}
