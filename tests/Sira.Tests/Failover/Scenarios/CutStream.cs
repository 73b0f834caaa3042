using Sira.Simulation.Faults;

namespace Sira.Tests.Failover.Scenarios;

internal sealed class CutStream : BrokenStream
{
    public override int Number => 8;

    public override string Title => "stream cut after 40 of 60 tokens (a whole answer: halfway)";

    public override string Conduct => "the whole answer arrives, pieced together where both say the same, else anew";

    protected override Fault Break(ScenarioNumbers numbers, int tokens)
    {
        var after = numbers.Pick(40, 0, tokens + 2);
        return numbers.Pick(Fault.CutAfter(after), Fault.ResetAfter(after), Fault.ErrorEventAfter(after));
    }
}
