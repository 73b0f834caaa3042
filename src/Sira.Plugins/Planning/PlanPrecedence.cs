using Sira.Plugins.Configuration;
using Sira.Plugins.Resolution.Facts;
using Sira.Plugins.Resolution.Solving;
using Sira.Plugins.Sources;

namespace Sira.Plugins.Planning;

/// <summary>Which of several plugins that cannot run together is left out: who came last, not who runs.</summary>
/// <remarks>First what neither runs nor is configured, then what runs, then what the host's configuration sets a version of, and last what is part of the host. Among equals who declares the conflict, then whom the fewest others use, then the last by id.</remarks>
internal sealed class PlanPrecedence
{
    private readonly Dictionary<string, int> users = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> running;
    private readonly HashSet<string> required;
    private readonly PluginOptions options;

    public PlanPrecedence(List<AvailablePlugin> candidates, PluginOptions options, Func<AvailablePlugin, bool> isRunning)
    {
        this.options = options;
        running = Ids(candidates.Where(isRunning));
        required = Ids(candidates.Where(static plugin => plugin.IsRequired));
        foreach (var used in candidates.SelectMany(static plugin => plugin.Manifest.Dependencies).Select(static dependency => dependency.Name))
        {
            users[used] = users.GetValueOrDefault(used) + 1;
        }
    }

    /// <summary>Chooses the request to give up.</summary>
    /// <param name="concerned">The ids asked for that the proof names.</param>
    /// <param name="facts">What the proof rests on.</param>
    public string Least(IEnumerable<string> concerned, IReadOnlyList<Fact> facts)
    {
        var declaring = facts.OfType<ConflictFact>().Select(static fact => fact.Package.Id).ToHashSet(StringComparer.OrdinalIgnoreCase);
        return concerned.OrderBy(RankOf).ThenBy(id => !declaring.Contains(id)).ThenBy(id => users.GetValueOrDefault(id)).ThenByDescending(static id => id, StringComparer.OrdinalIgnoreCase).First();
    }

    /// <summary>Orders ids by who is at its newest version first where not all can be.</summary>
    public IEnumerable<string> MostImportantFirst(IEnumerable<string> ids) => ids.OrderByDescending(RankOf);

    /// <summary>Says who was preferred, where that is why somebody was left out.</summary>
    public string Explain(string left, IEnumerable<string> concerned)
    {
        var rank = RankOf(left);
        string[] preferred = [.. concerned.Where(id => RankOf(id) > rank).Order(StringComparer.OrdinalIgnoreCase)];
        return preferred.Length == 0 ? string.Empty : $"\n{left} is left out, because what runs, what the configuration names and what is part of the host go first: {string.Join(", ", preferred)}.";
    }

    private static HashSet<string> Ids(IEnumerable<AvailablePlugin> plugins) => plugins.Select(static plugin => plugin.Manifest.Id).ToHashSet(StringComparer.OrdinalIgnoreCase);

    private int RankOf(string id) => required.Contains(id) ? 3 : options.ItemOf(id)?.Version is not null ? 2 : running.Contains(id) ? 1 : 0;
}
