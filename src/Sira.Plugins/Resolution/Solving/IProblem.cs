namespace Sira.Plugins.Resolution.Solving;

/// <summary>What the solver asks about the world: it knows nothing of plugins itself.</summary>
internal interface IProblem
{
    /// <summary>What holds from the start.</summary>
    IEnumerable<Incompatibility> Requirements();

    /// <summary>Which of the open packages to decide next, and at which of its versions that are left.</summary>
    /// <returns>The package and the position; <see langword="null"/> when nothing is open.</returns>
    (Package Package, int Position)? Next(PartialSolution solution);

    /// <summary>What follows from selecting a version. Each incompatibility is handed out once in a run.</summary>
    IEnumerable<Incompatibility> FactsOf(Package package, int position);

    /// <summary>Checks a complete solution for what no single fact forbids.</summary>
    /// <returns>An incompatibility that the solution violates; <see langword="null"/> when it is in order.</returns>
    Incompatibility? Check(PartialSolution solution);
}
