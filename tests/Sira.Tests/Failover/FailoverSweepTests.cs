namespace Sira.Tests.Failover;

/// <summary>The sixteen scenarios with numbers, wires, counts of targets and kinds of request drawn from seeds.</summary>
public class FailoverSweepTests
{
    private const int Seeds = 60;

    public static TheoryData<int> Scenarios => [.. ScenarioList.All.Select(static scenario => scenario.Number)];

    [Theory]
    [MemberData(nameof(Scenarios))]
    public async Task Scenario_EndsAsItMust_WithOtherNumbers(int scenario)
    {
        var failures = new List<string>();
        for (var seed = 0; seed < Seeds; seed++)
        {
            var numbers = ScenarioNumbers.Drawn((1000 * scenario) + seed);
            try
            {
                await ScenarioList.Of(scenario).RunAsync(numbers);
            }
            catch (Exception exception)
            {
                failures.Add($"seed {(1000 * scenario) + seed} ({numbers}): {exception}");
            }
        }

        Assert.True(failures.Count == 0, $"{failures.Count} of {Seeds} failed; the first: {string.Join(Environment.NewLine, failures.Take(3))}");
    }
}
