namespace Sira.Plugins.Resolution.Solving;

/// <summary>Terms that are never all true together. "A depends on B ≥ 2" is the incompatibility of A with not having B ≥ 2.</summary>
/// <remarks>Without terms it cannot be avoided: there is no solution.</remarks>
internal sealed class Incompatibility
{
    public Incompatibility(Cause cause, params ReadOnlySpan<Term> terms)
    {
        Cause = cause;
        var kept = new List<Term>(terms.Length);
        foreach (var term in terms)
        {
            Add(kept, term);
        }

        Terms = [.. kept];
    }

    /// <summary>At most one for each package.</summary>
    public Term[] Terms { get; }

    public Cause Cause { get; }

    /// <summary>Resolution: what contradicts both incompatibilities on one package drops out, and the rest of both remains.</summary>
    /// <param name="left">An incompatibility with a term on the package.</param>
    /// <param name="right">Another one.</param>
    /// <param name="pivot">The package.</param>
    public static Incompatibility Resolve(Incompatibility left, Incompatibility right, Package pivot)
    {
        var terms = new List<Term>(left.Terms.Length + right.Terms.Length);
        var states = default(VersionSet?);
        foreach (var incompatibility in (ReadOnlySpan<Incompatibility>)[left, right])
        {
            foreach (var term in incompatibility.Terms)
            {
                if (term.Package == pivot)
                {
                    states = states is { } first ? first | term.States : term.States;
                }
                else
                {
                    Add(terms, term);
                }
            }
        }

        // What neither side rules out alone, they rule out between them.
        Add(terms, new Term(pivot, states!.Value));
        return new Incompatibility(new DerivedCause(left, right), [.. terms]);
    }

    private static void Add(List<Term> terms, Term term)
    {
        for (var i = 0; i < terms.Count; i++)
        {
            if (terms[i].Package == term.Package)
            {
                terms[i] = term with { States = terms[i].States & term.States };
                return;
            }
        }

        // A term that is always true says nothing.
        if (term.States != term.Package.Everything)
        {
            terms.Add(term);
        }
    }
}
