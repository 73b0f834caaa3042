using System.Globalization;
using System.Text;
using Sira.Testing;

namespace Sira.Tests.Failover;

/// <summary>The table of <c>docs/failover-scenarios.md</c> says what the scenarios show when they are played with their own numbers.</summary>
public class ScenarioTableTests
{
    [Fact]
    public async Task Table_SaysWhatIsObserved()
    {
        var table = new StringBuilder("""
            | | what goes wrong | conduct | recovery policy of streams | attempts, whole answer | time | attempts, stream | time |
            |---|---|---|---|---|---|---|---|

            """);
        foreach (var scenario in ScenarioList.All)
        {
            table.Append(CultureInfo.InvariantCulture, $"| {scenario.Number} | {scenario.Title} | {scenario.Conduct} | {scenario.Policy} ");
            foreach (var streaming in (bool[])[false, true])
            {
                var observed = new List<Observation>();
                foreach (var wire in ScenarioNumbers.AllWires)
                {
                    observed.Add(await scenario.RunAsync(ScenarioNumbers.Stated(wire, streaming)));
                }

                table.Append(CultureInfo.InvariantCulture, $"| {Range(observed.Select(static one => (double)one.Attempts))} | {Range(observed.Select(static one => Math.Round(one.Elapsed.TotalSeconds, 1)))} s ");
            }

            table.Append("|\n");
        }

        var page = await File.ReadAllTextAsync(Path.Combine(RepositoryRoot.Path, "docs", "failover-scenarios.md"), TestContext.Current.CancellationToken);
        Assert.True(page.Contains(table.ToString(), StringComparison.Ordinal), "The table of docs/failover-scenarios.md is not what is observed. It must be:" + Environment.NewLine + table);
    }

    private static string Range(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted[0] == sorted[^1] ? sorted[0].ToString(CultureInfo.InvariantCulture) : string.Create(CultureInfo.InvariantCulture, $"{sorted[0]} to {sorted[^1]}");
    }
}
