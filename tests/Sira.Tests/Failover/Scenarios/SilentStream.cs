using Sira.Simulation.Faults;

namespace Sira.Tests.Failover.Scenarios;

internal sealed class SilentStream : BrokenStream
{
    public override int Number => 9;

    public override string Title => "stream silent after 20 tokens (a whole answer: halfway)";

    public override string Conduct => "given up after the idle timeout; the whole answer arrives";

    protected override Fault Break(ScenarioNumbers numbers, int tokens) => Fault.StallAfter(numbers.Pick(20, 0, tokens + 2));
}
