namespace Sira.Simulation.Tests.Time;

/// <summary>Tests that run alone, because virtual time can tell work that left its thread from other people's only while the thread pool is otherwise at rest.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class QuietPool
{
    public const string Name = "quiet pool";
}
