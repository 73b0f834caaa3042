using System.Text.Json;

namespace Sira.Plugins.LeakDoctor.Reports;

/// <summary>What keeps the code of stopped plugins in memory.</summary>
/// <param name="TakenAt">When the snapshot was taken.</param>
/// <param name="SnapshotTime">How long writing the snapshot took, while the process stood still.</param>
/// <param name="AnalysisTime">How long reading it took.</param>
/// <param name="Leaks">The stopped plugins that are still in memory.</param>
public sealed record LeakReport(DateTimeOffset TakenAt, TimeSpan SnapshotTime, TimeSpan AnalysisTime, IReadOnlyList<PluginLeak> Leaks)
{
    /// <summary>Returns the report as JSON.</summary>
    /// <returns>One object, with names in camel case.</returns>
    public string ToJson() => JsonSerializer.Serialize(this, LeakReportJson.Default.LeakReport);

    /// <summary>Returns the report for people: for each plugin what holds it, how to end that, and the path.</summary>
    /// <returns>Some lines.</returns>
    public override string ToString() => LeakReportText.Write(this);
}
