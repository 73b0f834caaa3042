using Sira.Kernel.Configuration;

namespace Sira.Simulation.Replay;

/// <summary>No environment: a replay must not depend on the keys of the machine that runs it.</summary>
internal sealed class NoEnvironment : IEnvironment
{
    public string? GetVariable(string name) => null;
}
