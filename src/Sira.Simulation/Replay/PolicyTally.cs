using Sira.Decisions;
using Sira.Errors;

namespace Sira.Simulation.Replay;

/// <summary>Adds up what became of requests.</summary>
internal sealed class PolicyTally(string policy)
{
    private readonly Dictionary<string, int> failures = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Target, bool IsFallback), int> sources = [];
    private readonly List<TimeSpan> latencies = [];
    private readonly List<TimeSpan> firstTokens = [];
    private int requests;
    private int attempts;
    private int unpriced;
    private decimal cost;
    private decimal estimated;

    public void Answer(RouteDecision? decision, TimeSpan latency, TimeSpan? firstToken)
    {
        Add(decision);
        latencies.Add(latency);
        if (firstToken is { } first)
        {
            firstTokens.Add(first);
        }

        // An answer without an attempt came from no target, whatever the decision would have chosen.
        var target = decision is { Attempts.Count: > 0 } ? decision.Target : null;
        var source = (target ?? "(no target)", decision?.Candidates.FirstOrDefault(candidate => candidate.Target == target)?.IsFallback == true);
        sources[source] = sources.GetValueOrDefault(source) + 1;
    }

    public void Fail(RequestFailedException failure)
    {
        Add(failure.Decision);
        var kind = failure.BackendError is { } error ? $"{failure.Kind}/{error}" : failure.Kind.ToString();
        failures[kind] = failures.GetValueOrDefault(kind) + 1;
    }

    public PolicyReport ToReport() => new()
    {
        Policy = policy,
        Requests = requests,
        Answered = latencies.Count,
        Failures = new SortedDictionary<string, int>(failures, StringComparer.Ordinal),
        Cost = cost,
        EstimatedCost = estimated,
        UnpricedAttempts = unpriced,
        Latency = LatencySummary.Of(latencies),
        FirstToken = LatencySummary.Of(firstTokens),
        Sources = [.. sources.OrderByDescending(static pair => pair.Value).ThenBy(static pair => pair.Key.Target, StringComparer.Ordinal)
            .Select(pair => new AnswerSource(pair.Key.Target, pair.Key.IsFallback, pair.Value, (double)pair.Value / latencies.Count))],
        Attempts = attempts,
    };

    private void Add(RouteDecision? decision)
    {
        requests++;
        foreach (var attempt in decision?.Attempts ?? [])
        {
            attempts++;
            unpriced += attempt.Cost is null ? 1 : 0;
            cost += attempt.Cost ?? 0;
            estimated += attempt.IsEstimated ? attempt.Cost ?? 0 : 0;
        }
    }
}
