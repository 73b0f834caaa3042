using NuGet.Versioning;
using Sira.Plugins.Manifests;
using Sira.Plugins.Sources;

namespace Sira.Plugins.Planning;

/// <summary>Which versions of plugins stay away because they failed again and again. It is one content of one version that does: any other is another chance.</summary>
/// <remarks>Not thread-safe; for the operations of the host, which come one after another.</remarks>
internal sealed class PluginQuarantine
{
    private readonly Dictionary<(PluginIdentity Identity, string Content), string> reasons = [];
    private readonly Dictionary<string, (PluginIdentity Identity, string Content)> predecessors = new(StringComparer.OrdinalIgnoreCase);

    public void Add(AvailablePlugin plugin, string reason) => reasons[KeyOf(plugin)] = reason;

    public bool Contains(AvailablePlugin plugin) => reasons.ContainsKey(KeyOf(plugin));

    /// <summary>Gets why a version is in quarantine; <see langword="null"/> when it is not.</summary>
    public string? ReasonOf(AvailablePlugin plugin) => reasons.GetValueOrDefault(KeyOf(plugin));

    /// <summary>Lets go of every version of a plugin.</summary>
    public void Release(string id)
    {
        foreach (var key in reasons.Keys.Where(key => string.Equals(key.Identity.Id, id, StringComparison.OrdinalIgnoreCase)).ToList())
        {
            reasons.Remove(key);
        }
    }

    /// <summary>Notes which version another one has replaced, to go back to when that fails.</summary>
    public void Replaced(AvailablePlugin plugin)
    {
        if (!Contains(plugin))
        {
            predecessors[plugin.Manifest.Id] = KeyOf(plugin);
        }
    }

    /// <summary>Forgets what is not there any more: who puts it back wants it tried again.</summary>
    public void Retain(IEnumerable<AvailablePlugin> available)
    {
        var present = available.Select(KeyOf).ToHashSet();
        foreach (var key in reasons.Keys.Where(key => !present.Contains(key)).ToList())
        {
            reasons.Remove(key);
        }

        foreach (var id in predecessors.Where(pair => !present.Contains(pair.Value)).Select(static pair => pair.Key).ToList())
        {
            predecessors.Remove(id);
        }
    }

    /// <summary>Finds the versions to go back to: those that ran before one that is in quarantine, as long as there is none that is newer than both.</summary>
    /// <param name="candidates">What may run.</param>
    public IReadOnlyList<PluginIdentity> Fallbacks(IReadOnlyList<AvailablePlugin> candidates)
    {
        var newest = new Dictionary<string, NuGetVersion>(StringComparer.OrdinalIgnoreCase);
        foreach (var (id, version) in reasons.Keys.Select(static key => (key.Identity.Id, key.Identity.Version)))
        {
            newest[id] = newest.TryGetValue(id, out var other) && other > version ? other : version;
        }

        return [.. candidates
            .Where(plugin => predecessors.TryGetValue(plugin.Manifest.Id, out var before) && before == KeyOf(plugin))
            .Where(plugin => newest.TryGetValue(plugin.Manifest.Id, out var failed) && !candidates.Any(other => IsSame(other, plugin) && other.Manifest.Version > failed))
            .Select(static plugin => plugin.Manifest.Identity)];
    }

    private static bool IsSame(AvailablePlugin left, AvailablePlugin right) => string.Equals(left.Manifest.Id, right.Manifest.Id, StringComparison.OrdinalIgnoreCase);

    private static (PluginIdentity Identity, string Content) KeyOf(AvailablePlugin plugin) => (plugin.Manifest.Identity, plugin.ContentId);
}
