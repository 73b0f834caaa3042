namespace Sira.Plugins.Resolution.Solving;

/// <summary>
/// PubGrub by Natalie Weizenbaum (2018): decides on a version, propagates what follows, and learns from each conflict an incompatibility that rules out its root cause, so that no mistake is made twice and every failure has a proof.
/// </summary>
/// <param name="problem">The facts and preferences.</param>
/// <param name="work">Counts the steps.</param>
internal sealed class Solver(IProblem problem, WorkLimit work)
{
    private readonly PartialSolution solution = new();
    private readonly List<List<Incompatibility>> byPackage = [];
    private readonly Queue<Package> changed = new();
    private readonly HashSet<Package> queued = [];

    /// <summary>The solution, once <see cref="Solve"/> has found one.</summary>
    public PartialSolution Solution => solution;

    /// <summary>Searches.</summary>
    /// <returns><see langword="null"/> when there is a solution; otherwise the incompatibility without terms, whose causes prove that there is none.</returns>
    public Incompatibility? Solve()
    {
        foreach (var requirement in problem.Requirements())
        {
            if (Learn(requirement) is { } failure)
            {
                return failure;
            }
        }

        while (true)
        {
            if (Propagate() is { } failure)
            {
                return failure;
            }

            if (problem.Next(solution) is not { } next)
            {
                if (problem.Check(solution) is not { } violated)
                {
                    return null;
                }

                if (Learn(violated) is { } unavoidable)
                {
                    return unavoidable;
                }

                continue;
            }

            // A version whose own facts already contradict what stands is not tried; propagation then rules it out with a shorter proof.
            work.Step();
            var contradicted = false;
            foreach (var fact in problem.FactsOf(next.Package, next.Position))
            {
                Add(fact);
                contradicted |= IsViolatedBy(fact, next.Package, next.Position);
            }

            if (!contradicted)
            {
                solution.Decide(next.Package, next.Position);
            }

            Enqueue(next.Package);
        }
    }

    // Adds an incompatibility that may be violated already, or that is the only one to speak of its packages.
    private Incompatibility? Learn(Incompatibility incompatibility)
    {
        Add(incompatibility);
        return Examine(incompatibility);
    }

    private void Add(Incompatibility incompatibility)
    {
        foreach (var term in incompatibility.Terms)
        {
            while (byPackage.Count <= term.Package.Index)
            {
                byPackage.Add([]);
            }

            byPackage[term.Package.Index].Add(incompatibility);
        }
    }

    private bool IsViolatedBy(Incompatibility fact, Package package, int position)
    {
        foreach (var term in fact.Terms)
        {
            if (term.Package == package ? !term.States.Contains(position) : !solution.StatesOf(term.Package).IsSubsetOf(term.States))
            {
                return false;
            }
        }

        return true;
    }

    // Unit propagation: whatever is left open by all but one term of an incompatibility must contradict that one.
    private Incompatibility? Propagate()
    {
        while (changed.TryDequeue(out var package))
        {
            queued.Remove(package);

            // The newest first: learned incompatibilities say more than facts.
            var incompatibilities = package.Index < byPackage.Count ? byPackage[package.Index] : [];
            for (var i = incompatibilities.Count - 1; i >= 0; i--)
            {
                if (Examine(incompatibilities[i]) is { } failure)
                {
                    return failure;
                }
            }
        }

        return null;
    }

    private Incompatibility? Examine(Incompatibility incompatibility)
    {
        work.Step();
        switch (Relate(incompatibility, out var open))
        {
            case Relation.AlmostSatisfied:
                Derive(open, incompatibility);
                break;

            case Relation.Satisfied:
                var learned = ResolveConflict(incompatibility);
                if (learned.Terms.Length == 0)
                {
                    return learned;
                }

                // After backtracking exactly one term of what was learned is open; everything queued came from what was taken back.
                changed.Clear();
                queued.Clear();
                if (Relate(learned, out open) == Relation.AlmostSatisfied)
                {
                    Derive(open, learned);
                }

                break;
        }

        return null;
    }

    private void Derive(Term open, Incompatibility cause)
    {
        solution.Derive(open.Package, open.Inverse.States, cause);
        Enqueue(open.Package);
    }

    private void Enqueue(Package package)
    {
        if (queued.Add(package))
        {
            changed.Enqueue(package);
        }
    }

    private Relation Relate(Incompatibility incompatibility, out Term open)
    {
        open = default;
        foreach (var term in incompatibility.Terms)
        {
            var states = solution.StatesOf(term.Package);
            if (states.IsSubsetOf(term.States))
            {
                continue;
            }

            if (open.Package is not null || !states.Overlaps(term.States))
            {
                return Relation.Contradicted;
            }

            open = term;
        }

        return open.Package is null ? Relation.Satisfied : Relation.AlmostSatisfied;
    }

    // Walks back from a violated incompatibility to its root cause: resolves it with the causes of its last assignments until it names one that would have been derivable at an earlier level, and returns to that level.
    private Incompatibility ResolveConflict(Incompatibility incompatibility)
    {
        var isLearned = false;
        while (incompatibility.Terms.Length > 0)
        {
            work.Step();
            var (latest, pivot, previousLevel) = FindLatest(incompatibility);
            if (latest.Cause is not { } cause || previousLevel < latest.Level)
            {
                solution.Backtrack(previousLevel);
                if (isLearned)
                {
                    Add(incompatibility);
                }

                return incompatibility;
            }

            incompatibility = Incompatibility.Resolve(incompatibility, cause, pivot);
            isLearned = true;
        }

        return incompatibility;
    }

    // The assignment that completed the violation, and the level at which everything but it was in place.
    private (Assignment Latest, Package Pivot, int PreviousLevel) FindLatest(Incompatibility incompatibility)
    {
        var (latest, term, previousLevel) = (-1, default(Term), 0);
        foreach (var candidate in incompatibility.Terms)
        {
            var index = solution.FirstSatisfying(candidate);
            if (index > latest)
            {
                previousLevel = latest < 0 ? previousLevel : Math.Max(previousLevel, solution[latest].Level);
                (latest, term) = (index, candidate);
            }
            else
            {
                previousLevel = Math.Max(previousLevel, solution[index].Level);
            }
        }

        // Where the assignment needed earlier ones of its own package to satisfy the term, those count as well.
        var assignment = solution[latest];
        var alone = assignment.Cause is null ? assignment.Accumulated : new Term(assignment.Package, StatesIn(assignment.Cause, assignment.Package)).Inverse.States;
        var missing = alone - term.States;
        if (!missing.IsEmpty)
        {
            var earlier = solution.FirstSatisfying(new Term(term.Package, term.Package.Everything - missing));
            previousLevel = Math.Max(previousLevel, solution[earlier].Level);
        }

        return (assignment, term.Package, previousLevel);
    }

    private static VersionSet StatesIn(Incompatibility incompatibility, Package package) =>
        Array.Find(incompatibility.Terms, term => term.Package == package).States;

    private enum Relation
    {
        Satisfied,
        AlmostSatisfied,
        Contradicted,
    }
}
