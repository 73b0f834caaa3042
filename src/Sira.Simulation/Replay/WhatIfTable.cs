using System.Globalization;
using System.Text;

namespace Sira.Simulation.Replay;

/// <summary>Writes a report as a plain table: a line for each figure, a column for each policy, and the differences to the first.</summary>
internal static class WhatIfTable
{
    public static string Write(WhatIfReport report)
    {
        var rows = new List<string[]> { Row("", report, static policy => policy.Policy, static (_, policy) => "vs. first") };
        rows.Add(Row("requests", report, static policy => Whole(policy.Requests)));
        rows.Add(Row("answered", report, static policy => Whole(policy.Answered), static (first, policy) => Signed(policy.Answered - first.Answered)));
        rows.Add(Row("availability", report, static policy => Percent(policy.Availability), static (first, policy) => Points(policy.Availability - first.Availability)));
        foreach (var kind in report.Policies.SelectMany(static policy => policy.Failures.Keys).Distinct().Order(StringComparer.Ordinal))
        {
            rows.Add(Row("  failed: " + kind, report, policy => Whole(policy.Failures.GetValueOrDefault(kind)), (first, policy) => Signed(policy.Failures.GetValueOrDefault(kind) - first.Failures.GetValueOrDefault(kind))));
        }

        rows.Add(Row("cost", report, static policy => Dollars(policy.Cost), static (first, policy) => first.Cost == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"{(double)((policy.Cost - first.Cost) / first.Cost) * 100:+0.0;-0.0;0.0} %")));
        rows.Add(Row("  estimated part", report, static policy => Dollars(policy.EstimatedCost)));
        rows.Add(Row("  attempts without a price", report, static policy => Whole(policy.UnpricedAttempts)));
        AddLatency(rows, report, "latency", static policy => policy.Latency);
        AddLatency(rows, report, "first token", static policy => policy.FirstToken);
        rows.Add(Row("attempts per request", report, static policy => policy.AttemptsPerRequest.ToString("0.000", CultureInfo.InvariantCulture), static (first, policy) => (policy.AttemptsPerRequest - first.AttemptsPerRequest).ToString("+0.000;-0.000;0.000", CultureInfo.InvariantCulture)));
        rows.Add(Row("answers of fallbacks", report, static policy => Percent(policy.FallbackShare), static (first, policy) => Points(policy.FallbackShare - first.FallbackShare)));
        foreach (var target in report.Policies.SelectMany(static policy => policy.Sources).Select(static source => source.Target).Distinct().Order(StringComparer.Ordinal))
        {
            rows.Add(Row("  answered by " + target, report, policy => Percent(ShareOf(policy, target)), (first, policy) => Points(ShareOf(policy, target) - ShareOf(first, target))));
        }

        return Align(rows, report);
    }

    private static void AddLatency(List<string[]> rows, WhatIfReport report, string name, Func<PolicyReport, LatencySummary> summary)
    {
        foreach (var (rank, of) in ((string, Func<LatencySummary, TimeSpan>)[])[("p50", static latency => latency.P50), ("p95", static latency => latency.P95), ("p99", static latency => latency.P99)])
        {
            rows.Add(Row($"{name} {rank}", report, policy => Seconds(of(summary(policy))), (first, policy) => (of(summary(policy)) - of(summary(first))).TotalSeconds.ToString("+0.000 s;-0.000 s;0.000 s", CultureInfo.InvariantCulture)));
        }
    }

    private static string[] Row(string name, WhatIfReport report, Func<PolicyReport, string> value, Func<PolicyReport, PolicyReport, string>? difference = null) =>
        [name, .. report.Policies.SelectMany((policy, index) => index == 0 ? [value(policy)] : new[] { value(policy), difference?.Invoke(report.Policies[0], policy) ?? "" })];

    private static string Align(List<string[]> rows, WhatIfReport report)
    {
        var widths = Enumerable.Range(0, rows[0].Length).Select(column => rows.Max(row => row[column].Length)).ToArray();
        var text = new StringBuilder();
        foreach (var row in rows)
        {
            var line = row[0].PadRight(widths[0]) + string.Concat(row.Skip(1).Select((cell, index) => "  " + cell.PadLeft(widths[index + 1])));
            text.AppendLine(line.TrimEnd());
        }

        foreach (var advice in report.Advice)
        {
            text.AppendLine().Append(advice).AppendLine();
        }

        return text.ToString();
    }

    private static double ShareOf(PolicyReport policy, string target) => policy.Sources.Where(source => source.Target == target).Sum(static source => source.Share);

    private static string Whole(int count) => count.ToString("#,0", CultureInfo.InvariantCulture);

    private static string Signed(int difference) => difference.ToString("+#,0;-#,0;0", CultureInfo.InvariantCulture);

    private static string Percent(double share) => (share * 100).ToString("0.00", CultureInfo.InvariantCulture) + " %";

    private static string Points(double difference) => (difference * 100).ToString("+0.00;-0.00;0.00", CultureInfo.InvariantCulture);

    private static string Dollars(decimal amount) => "$" + amount.ToString("#,0.0000", CultureInfo.InvariantCulture);

    private static string Seconds(TimeSpan duration) => duration.TotalSeconds.ToString("0.000", CultureInfo.InvariantCulture) + " s";
}
