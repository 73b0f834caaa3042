using System.Globalization;

namespace Sira.Simulation.Replay;

/// <summary>Says in one sentence what another policy would have meant.</summary>
internal static class CostAdvice
{
    public static string Write(PolicyReport baseline, PolicyReport other)
    {
        var money = other.Cost == baseline.Cost ? $"as much as under '{baseline.Policy}'"
            : baseline.Cost == 0 ? $"{Dollars(other.Cost)} instead of nothing under '{baseline.Policy}'"
            : string.Create(CultureInfo.InvariantCulture, $"{Dollars(other.Cost)} instead of {Dollars(baseline.Cost)}, {Math.Abs((double)((other.Cost - baseline.Cost) / baseline.Cost)) * 100:0.0} % {(other.Cost < baseline.Cost ? "less" : "more")} than under '{baseline.Policy}'");
        var unpriced = other.UnpricedAttempts + baseline.UnpricedAttempts > 0 ? $" (without {baseline.UnpricedAttempts} and {other.UnpricedAttempts} attempts whose price is unknown)" : string.Empty;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"Under '{other.Policy}' the same traffic would have cost {money}{unpriced}; {other.Availability * 100:0.00} % instead of {baseline.Availability * 100:0.00} % of the requests would have been answered, and the 95th percentile of the latency would have been {other.Latency.P95.TotalSeconds:0.00} s instead of {baseline.Latency.P95.TotalSeconds:0.00} s.");
    }

    private static string Dollars(decimal amount) => string.Create(CultureInfo.InvariantCulture, $"${amount:0.00##}");
}
