using Sira.Simulation.Faults;

namespace Sira.Tests.Failover.Scenarios;

internal sealed class UndecodableEvent : BrokenStream
{
    public override int Number => 10;

    public override string Title => "one undecodable event in an otherwise complete stream (a whole answer: half its JSON)";

    public override string Conduct => "the whole answer arrives, never a silently shortened one";

    protected override Fault Break(ScenarioNumbers numbers, int tokens) => Fault.MalformedEventAt(numbers.Pick(30, 1, 8));
}
