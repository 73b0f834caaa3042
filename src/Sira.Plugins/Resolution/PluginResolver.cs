using Sira.Plugins.Resolution.Explaining;
using Sira.Plugins.Resolution.Facts;
using Sira.Plugins.Resolution.Modelling;
using Sira.Plugins.Resolution.Solving;

namespace Sira.Plugins.Resolution;

/// <summary>Finds the newest consistent set of plugins, or explains why there is none. Thread-safe.</summary>
/// <remarks>
/// <para>Consistent: what the host asks for is there, every required dependency is satisfied, nobody runs beside what it conflicts with, everything fits the kernel, and no plugins depend on one another in a circle.</para>
/// <para>Newest: no other consistent set of the same plugins is newer in one of them and older in none; where two compete, the one that was asked for first wins. Equal input gives equal output, in whatever order the catalogue was filled.</para>
/// <para>The algorithm is PubGrub (Natalie Weizenbaum, 2018).</para>
/// </remarks>
/// <param name="catalogue">What is available.</param>
public sealed class PluginResolver(PluginCatalogue catalogue)
{
    // More are seldom read, and each costs a search.
    private const int MostFailures = 10;

    /// <summary>Resolves a request.</summary>
    /// <param name="request">What is wanted.</param>
    /// <param name="cancellationToken">Cancels the search.</param>
    /// <returns>The set, or why there is none.</returns>
    /// <exception cref="ResolutionLimitException">It takes more than <see cref="ResolutionRequest.MaximumSteps"/> steps.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public PluginResolution Resolve(ResolutionRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        cancellationToken.ThrowIfCancellationRequested();
        var work = new WorkLimit(request.MaximumSteps, cancellationToken);
        var failures = new List<ResolutionFailure>();
        while (true)
        {
            var pool = new PackagePool(catalogue, request);
            var problem = new PluginProblem(pool, request);
            var solver = new Solver(problem, work);
            if (!TrySolve(solver, failures.Count == 0, out var proof))
            {
                return new PluginResolution([], failures, work.Steps);
            }

            if (proof is null)
            {
                return new PluginResolution(failures.Count > 0 ? [] : new SelectedSet(pool, problem, request, solver.Solution).InStartOrder(), failures, work.Steps);
            }

            failures.Add(Explain(proof));

            // Whatever fails without those that failed now is another mistake.
            if (failures.Count == MostFailures || Without(request, proof) is not { } rest)
            {
                return new PluginResolution([], failures, work.Steps);
            }

            request = rest;
        }
    }

    // A limit reached while looking for further mistakes does not hide the first.
    private static bool TrySolve(Solver solver, bool isFirst, out Incompatibility? proof)
    {
        try
        {
            proof = solver.Solve();
            return true;
        }
        catch (ResolutionLimitException) when (!isFirst)
        {
            proof = null;
            return false;
        }
    }

    private static ResolutionFailure Explain(Incompatibility proof)
    {
        var derivation = new Derivation(proof);
        return new ResolutionFailure(proof, derivation.ToText(), derivation.SuggestFixes());
    }

    private static ResolutionRequest? Without(ResolutionRequest request, Incompatibility proof)
    {
        var facts = new Derivation(proof).Facts();
        var requests = facts.OfType<RequestFact>().Select(static fact => fact.Request).ToHashSet(ReferenceEqualityComparer.Instance);
        var pins = facts.OfType<UnknownPinFact>().Select(static fact => fact.Pin).ToHashSet(ReferenceEqualityComparer.Instance);
        return requests.Count + pins.Count == 0 ? null : request with
        {
            Plugins = [.. request.Plugins.Where(plugin => !requests.Contains(plugin))],
            Pins = [.. request.Pins.Where(pin => !pins.Contains(pin))],
        };
    }
}
