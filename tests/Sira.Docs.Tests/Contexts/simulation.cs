global using Sira.Simulation;
global using Sira.Simulation.Answers;
global using Sira.Simulation.Faults;
global using Sira.Simulation.Server;
global using Sira.Simulation.Time;
global using Xunit;
global using static SimulationContext;

internal static class SimulationContext
{
    public static SimulatedProvider provider => null!;
}
