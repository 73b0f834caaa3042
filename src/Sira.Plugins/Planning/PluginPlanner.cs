using Microsoft.Extensions.Configuration;
using NuGet.Versioning;
using Sira.Kernel.Configuration;
using Sira.Kernel.Plugins;
using Sira.Plugins.Configuration;
using Sira.Plugins.Isolation;
using Sira.Plugins.Resolution;
using Sira.Plugins.Resolution.Explaining;
using Sira.Plugins.Resolution.Facts;
using Sira.Plugins.Resolution.Solving;
using Sira.Plugins.Sources;

namespace Sira.Plugins.Planning;

/// <summary>Chooses which of the available plugins run: those that may be loaded, in the newest versions that fit together.</summary>
/// <param name="permissions">The kinds of permissions there are.</param>
/// <param name="path">Where plugins are configured.</param>
internal sealed class PluginPlanner(PermissionKinds permissions, string path)
{
    private static readonly NuGetVersion Kernel = NuGetVersion.Parse(KernelContract.Version);

    private readonly List<RefusedPlugin> refused = [];

    /// <summary>Plans.</summary>
    /// <param name="available">What there is.</param>
    /// <param name="options">What the host sets.</param>
    /// <param name="state">What runs, and what is not to run for now.</param>
    /// <param name="errors">Receives mistakes in manifests; what they concern is left out.</param>
    public PluginPlan Plan(IReadOnlyList<AvailablePlugin> available, PluginOptions options, PlanningState state, ConfigurationErrors errors)
    {
        var wanted = available.Where(plugin => !state.Held.Contains(plugin.Manifest.Id) && options.ItemOf(plugin.Manifest.Id) is null or { Enabled: true }).ToList();
        var quarantined = wanted.FindAll(state.Quarantine.Contains);
        var loadable = wanted.Except(quarantined).Where(plugin => MayBeLoaded(plugin, options)).ToList();
        var candidates = Unambiguous([.. loadable], state.IsRunning, errors);
        var catalogue = PluginCatalogue.Create(candidates.Select(static plugin => new PluginCatalogueEntry(plugin.Manifest, plugin.Origin)), errors);
        RefuseContested(loadable, catalogue, errors);
        ReportUnknownItems(options, available, errors);
        var precedence = new PlanPrecedence(candidates, options, state.IsRunning);
        var requests = precedence.MostImportantFirst(catalogue.Ids).Select(id => Request(id, options)).ToList();
        var resolver = new PluginResolver(catalogue);
        while (true)
        {
            var resolution = resolver.Resolve(new ResolutionRequest { Kernel = Kernel, Plugins = requests, Prefer = state.Quarantine.Fallbacks(candidates), IncludePrereleases = options.IncludePrereleases });
            if (resolution.Succeeded)
            {
                List<PlannedPlugin> planned = [.. resolution.Plugins.Select(plugin => Planned(plugin, candidates))];
                return new PluginPlan(planned, refused, quarantined, [.. available.Where(plugin => IsLacking(plugin, planned, options))]);
            }

            // The others can run without one of those that cannot together.
            foreach (var failure in resolution.Failures)
            {
                var facts = new Derivation(failure.Proof).Facts();
                var concerned = facts.OfType<RequestFact>().Select(static fact => fact.Request.Id).Where(id => requests.Exists(request => IsNamed(request, id))).ToList();
                if (concerned.Count == 0)
                {
                    throw new PluginResolutionException(resolution.Failures);
                }

                var left = precedence.Least(concerned, facts);
                requests.RemoveAll(request => IsNamed(request, left));
                refused.Add(new RefusedPlugin(
                    candidates.Where(plugin => IsNamed(plugin, left)).MaxBy(static plugin => plugin.Manifest.Version)!,
                    failure + precedence.Explain(left, concerned) + Stopped(facts, state.Held)));
            }
        }
    }

    // What is missing may only have been stopped.
    private static string Stopped(IReadOnlyList<Fact> facts, IReadOnlySet<string> held) => string.Concat(facts.OfType<DependencyFact>()
        .Select(static fact => fact.Dependency.Name)
        .Where(held.Contains)
        .Distinct(StringComparer.OrdinalIgnoreCase)
        .Select(static id => $"\n'{id}' was stopped by hand; start it."));

    private static bool IsNamed(PluginRequest request, string id) => string.Equals(request.Id, id, StringComparison.OrdinalIgnoreCase);

    private static bool IsNamed(AvailablePlugin plugin, string id) => string.Equals(plugin.Manifest.Id, id, StringComparison.OrdinalIgnoreCase);

    // One version of a plugin with two contents. What is part of the host goes before what was found, the more trusted before the less, what runs before what came after it; where nothing tells them apart, nobody knows which is meant, and neither runs.
    private static List<AvailablePlugin> Unambiguous(List<AvailablePlugin> candidates, Func<AvailablePlugin, bool> isRunning, ConfigurationErrors errors)
    {
        foreach (var claims in candidates.GroupBy(static plugin => plugin.Manifest.Identity).Where(static claims => claims.Skip(1).Any()).Select(claims => claims.OrderByDescending(RankOf).ToList()).ToList())
        {
            var first = claims[0];
            var others = claims.FindAll(plugin => plugin.ContentId != first.ContentId);
            var isClear = others.TrueForAll(other => RankOf(other).CompareTo(RankOf(first)) < 0);
            foreach (var other in others.Where(other => isClear || other.Manifest.Equals(first.Manifest)))
            {
                errors.Add(
                    other.Origin,
                    $"claims to be {first.Manifest.Identity}, as {first.Origin} does, and has another content.{(isClear ? $" The other one is taken, as it is {Merit(first)}." : string.Empty)}",
                    "Remove one of the two, or give it another version or id.");
            }

            // Where the manifests differ, too, the catalogue says so and leaves both out.
            candidates.RemoveAll(plugin => isClear ? others.Contains(plugin) : others.Exists(other => other.Manifest.Equals(first.Manifest)) && claims.Contains(plugin));
        }

        return candidates;

        (bool IsRequired, PluginTrust Trust, bool IsRunning) RankOf(AvailablePlugin plugin) => (plugin.IsRequired, plugin.Trust, isRunning(plugin));

        string Merit(AvailablePlugin plugin) => plugin.IsRequired ? "part of the host"
            : candidates.Exists(other => other.Manifest.Identity == plugin.Manifest.Identity && other.Trust < plugin.Trust) ? $"{plugin.Trust.ToString().ToLowerInvariant()}"
            : "running";
    }

    private static bool IsLacking(AvailablePlugin plugin, List<PlannedPlugin> planned, PluginOptions options) =>
        plugin.IsRequired && (options.ItemOf(plugin.Manifest.Id) is null or { Enabled: true }) && !planned.Exists(other => IsNamed(plugin, other.Id));

    private static PluginRequest Request(string id, PluginOptions options) => options.ItemOf(id)?.Version is { } range ? new PluginRequest(id, range) : new PluginRequest(id);

    private static PlannedPlugin Planned(ResolvedPlugin resolved, List<AvailablePlugin> candidates) => new(
        candidates.First(plugin => plugin.Manifest.Identity == resolved.Manifest.Identity),
        [.. resolved.Dependencies.Where(static dependency => dependency.Status == DependencyStatus.Plugin && dependency.Provider is not null).Select(static dependency => dependency.Provider!.Id).Distinct(StringComparer.OrdinalIgnoreCase)]);

    private void ReportUnknownItems(PluginOptions options, IReadOnlyList<AvailablePlugin> available, ConfigurationErrors errors)
    {
        foreach (var id in options.Items.Where(item => item.Value.Enabled && !available.Any(plugin => IsNamed(plugin, item.Key))).Select(static item => item.Key))
        {
            errors.AddUnknownName(ConfigurationPath.Combine(path, nameof(options.Items), id), "plugin", id, available.Select(static plugin => plugin.Manifest.Id));
        }
    }

    // Where several claim to be one version and none is taken, each is there and does not run.
    private void RefuseContested(List<AvailablePlugin> loadable, PluginCatalogue catalogue, ConfigurationErrors errors)
    {
        foreach (var plugin in loadable.Where(plugin => !catalogue.VersionsOf(plugin.Manifest.Id).Any(entry => entry.Manifest.Identity == plugin.Manifest.Identity)))
        {
            refused.Add(new RefusedPlugin(plugin, string.Join(" ", errors.Items.Select(static error => error.ToString()).Where(text => text.Contains(plugin.Origin, StringComparison.Ordinal)))));
        }
    }

    private bool MayBeLoaded(AvailablePlugin plugin, PluginOptions options)
    {
        var reason = plugin.TrustReason is { } text ? $" {text}" : string.Empty;
        if (plugin.Trust == PluginTrust.Modified)
        {
            refused.Add(new RefusedPlugin(plugin, $"{plugin.Manifest} from {plugin.Origin} differs from what was signed and is never loaded.{reason} Get it anew from its publisher."));
            return false;
        }

        if (plugin.Trust < options.MinimumTrust)
        {
            refused.Add(new RefusedPlugin(plugin, $"{plugin.Manifest} from {plugin.Origin} is {plugin.Trust.ToString().ToLowerInvariant()}, and {path}:{nameof(options.MinimumTrust)} is {options.MinimumTrust}.{reason} Have it signed by a publisher that the host trusts, or lower {nameof(options.MinimumTrust)}."));
            return false;
        }

        var errors = new ConfigurationErrors();
        var id = plugin.Manifest.Id;
        PermissionGrants.Decide(plugin, options.ItemOf(id), permissions, ConfigurationPath.Combine(path, nameof(options.Items), id), errors);
        if (errors.Items.Count == 0)
        {
            return true;
        }

        refused.Add(new RefusedPlugin(plugin, string.Join(" ", errors.Items)));
        return false;
    }
}
