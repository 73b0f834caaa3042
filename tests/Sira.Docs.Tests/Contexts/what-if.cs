global using Microsoft.Extensions.Configuration;
global using Sira.Models;
global using Sira.Simulation.Faults;
global using Sira.Simulation.Replay;
global using Sira.Simulation.Traffic;
global using static WhatIfContext;

internal static class WhatIfContext
{
    public static SimulatedWorld world => null!;

    public static TrafficLog log => null!;
}
