using Sira.Plugins.Planning;

namespace Sira.Plugins.Hosting.Changes;

/// <summary>Which plugins have to change together.</summary>
internal static class PluginGroups
{
    /// <summary>Divides the plugins that change into groups that do not depend on one another.</summary>
    /// <param name="plan">All plugins, whatever is used before who uses it.</param>
    /// <param name="changed">The ids of those that change.</param>
    /// <returns>The groups, each in the order of the plan.</returns>
    public static IEnumerable<IReadOnlyList<PlannedPlugin>> Of(IReadOnlyList<PlannedPlugin> plan, IReadOnlySet<string> changed)
    {
        var groups = new List<List<PlannedPlugin>>();
        foreach (var plugin in plan.Where(plugin => changed.Contains(plugin.Id)))
        {
            var joined = groups.Where(group => group.Exists(member => plugin.Dependencies.Contains(member.Id, StringComparer.OrdinalIgnoreCase))).ToList();
            groups.RemoveAll(joined.Contains);
            groups.Add([.. joined.SelectMany(static group => group), plugin]);
        }

        return groups.Select(group => plan.Where(group.Contains).ToList());
    }

    /// <summary>Finds an instance and all that use it, or use what uses it.</summary>
    /// <param name="instance">The instance.</param>
    /// <param name="running">What runs, whatever is used before who uses it.</param>
    public static IReadOnlyList<PluginInstance> WithUsers(PluginInstance instance, IEnumerable<PluginInstance> running)
    {
        var ids = new HashSet<string>(StringComparer.OrdinalIgnoreCase) { instance.Id };
        return [.. running.Where(other => other == instance || (other.Plan.Dependencies.Any(ids.Contains) && ids.Add(other.Id)))];
    }

    /// <summary>Leaves out of a group who failed, who uses it, and who would be replaced under somebody that now stays as it is.</summary>
    /// <param name="group">The group.</param>
    /// <param name="failed">The id of the plugin that failed.</param>
    /// <param name="running">What runs under an id.</param>
    public static void Shrink(List<PlannedPlugin> group, string failed, Func<string, PlannedPlugin?> running)
    {
        var dropped = new HashSet<string>(StringComparer.OrdinalIgnoreCase) { failed };
        for (var before = 0; before < dropped.Count;)
        {
            before = dropped.Count;
            foreach (var plugin in group.Where(plugin => plugin.Dependencies.Any(dropped.Contains)))
            {
                dropped.Add(plugin.Id);
            }

            foreach (var dependency in dropped.ToList().SelectMany(id => running(id)?.Dependencies ?? []))
            {
                if (group.Exists(plugin => string.Equals(plugin.Id, dependency, StringComparison.OrdinalIgnoreCase)))
                {
                    dropped.Add(dependency);
                }
            }
        }

        group.RemoveAll(plugin => dropped.Contains(plugin.Id));
    }
}
