namespace Sira.Tests.Failover;

/// <summary>One of the sixteen failover scenarios: what goes wrong, and the conduct that it must meet with.</summary>
internal abstract class Scenario
{
    public abstract int Number { get; }

    /// <summary>What goes wrong, for the table of the documentation.</summary>
    public abstract string Title { get; }

    /// <summary>What must be seen, for the table.</summary>
    public abstract string Conduct { get; }

    /// <summary>The recovery policy that streams need, for the table.</summary>
    public virtual string Policy => "none";

    /// <summary>Plays it and asserts the conduct.</summary>
    /// <param name="numbers">The numbers, or drawn ones.</param>
    public abstract Task<Observation> RunAsync(ScenarioNumbers numbers);

    public sealed override string ToString() => $"S{Number}";
}
