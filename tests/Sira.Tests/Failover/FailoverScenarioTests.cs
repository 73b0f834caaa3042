namespace Sira.Tests.Failover;

/// <summary>The sixteen scenarios with the numbers that they are stated with, on every wire, streaming and not.</summary>
public class FailoverScenarioTests
{
    // Where the fallback says something else than the primary had begun to say.
    private static readonly int[] Diverging = [8, 9, 10, 14];

    public static TheoryData<int, string, bool, bool> Cases => new(
        from scenario in ScenarioList.All from wire in ScenarioNumbers.AllWires from streaming in (bool[])[false, true] from diverges in (bool[])[false, true]
        where !diverges || Diverging.Contains(scenario.Number)
        select (scenario.Number, wire, streaming, diverges));

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Scenario_EndsAsItMust(int scenario, string wire, bool streaming, bool diverges) =>
        await ScenarioList.Of(scenario).RunAsync(ScenarioNumbers.Stated(wire, streaming, diverges));
}
