using System.Globalization;
using Sira.Testing.Recordings;
using Sira.Tokens;

namespace Sira.Tests.Tokens;

/// <summary>Measures the estimator against what providers counted, and prints the table of <c>docs/token-estimates.md</c>.</summary>
public sealed class RecordedAccuracyTests(ITestOutputHelper output)
{
    // Median and ninetieth percentile of the relative error, in per cent, that a change may not exceed.
    private static readonly Dictionary<string, (double Median, double Ninetieth)> Bounds = new()
    {
        ["gpt"] = (9, 35),
        ["gpt-oss"] = (5, 25),
        ["claude"] = (6, 42),
        ["gemini"] = (12, 70),
        ["mistral"] = (6, 110),
        ["deepseek"] = (12, 90),
        ["grok"] = (18, 92),
        ["llama"] = (15, 40),
        ["qwen"] = (8, 70),
    };

    [Fact]
    public void Estimate_RecordedRequests_ErrorsStayInBounds()
    {
        string[] apis = ["chat_completions", "responses", "messages", "generate_content"];
        var requests = apis.SelectMany(api => RecordingLibrary.Load(api)).Select(RecordedRequest.Read).OfType<RecordedRequest>().ToList();
        Assert.SkipWhen(requests.Count == 0, RecordingLibrary.MissingReason);

        var failures = new List<string>();
        Print("family", "requests", "median", "p90", "held-out", "median", "p90", "of 200 tokens and more", "median", "p90", "bias");
        foreach (var family in requests.GroupBy(request => request.Family).OrderByDescending(group => group.Count()))
        {
            var all = Errors(family);
            var heldOut = Errors(family.Where(IsHeldOut));
            var large = Errors(family.Where(request => request.BilledTokens >= 200));
            var bias = family.Average(request => (double)(TokenEstimator.Instance.Estimate(request.Messages, request.Options, request.Family) - request.BilledTokens) / request.BilledTokens) * 100;
            Print(family.Key, all.Count, At(all, 0.5), At(all, 0.9), heldOut.Count, At(heldOut, 0.5), At(heldOut, 0.9), large.Count, At(large, 0.5), At(large, 0.9), bias);
            if (!Bounds.TryGetValue(family.Key, out var bound) || At(all, 0.5) > bound.Median || At(all, 0.9) > bound.Ninetieth)
            {
                failures.Add(family.Key);
            }
        }

        Assert.True(requests.Count > 500, $"Only {requests.Count} requests could be read.");
        Assert.Empty(failures);
    }

    private static List<double> Errors(IEnumerable<RecordedRequest> requests) =>
        [.. requests.Select(request => Math.Abs((double)(TokenEstimator.Instance.Estimate(request.Messages, request.Options, request.Family) - request.BilledTokens) / request.BilledTokens) * 100).Order()];

    private static double At(List<double> sorted, double quantile) => sorted.Count == 0 ? 0 : sorted[Math.Min(sorted.Count - 1, (int)(sorted.Count * quantile))];

    /// <summary>The weights were fitted to the other half; conversations are never split.</summary>
    private static bool IsHeldOut(RecordedRequest request)
    {
        var hash = 2166136261u;
        foreach (var value in System.Text.Encoding.UTF8.GetBytes(request.Group))
        {
            hash = (hash ^ value) * 16777619u;
        }

        return ((hash >> 16) & 1) == 1;
    }

    private void Print(params object[] cells) =>
        output.WriteLine("| " + string.Join(" | ", cells.Select(cell => cell is double number ? number.ToString("0.0", CultureInfo.InvariantCulture) : cell.ToString())) + " |");
}
