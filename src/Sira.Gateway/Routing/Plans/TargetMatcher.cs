namespace Sira.Gateway.Routing.Plans;

/// <summary>Tells whether a name in routing options means a target: <c>backend/model</c>, <c>backend</c> or the bare model id. Names of backends ignore case, ids of models do not.</summary>
internal static class TargetMatcher
{
    public static bool Matches(string name, RouteTarget target)
    {
        var backend = target.Backend.Name;
        return name == target.Model.Id
            || (name is not null && name.StartsWith(backend, StringComparison.OrdinalIgnoreCase)
                && (name.Length == backend.Length || (name[backend.Length] == '/' && name.AsSpan(backend.Length + 1).SequenceEqual(target.Model.Id))));
    }

    /// <summary>Whether a name means a target as a route's lists write it, <c>backend/model</c> or a model id: the target itself, its backend or its model.</summary>
    public static bool IsNamed(string name, string target)
    {
        var slash = target.IndexOf('/', StringComparison.Ordinal);
        return string.Equals(name, target, StringComparison.OrdinalIgnoreCase)
            || (slash > 0 && (name.AsSpan().Equals(target.AsSpan(0, slash), StringComparison.OrdinalIgnoreCase) || name.AsSpan().SequenceEqual(target.AsSpan(slash + 1))));
    }

    public static bool MatchesAny(IReadOnlyList<string> names, RouteTarget target) => IndexOf(names, target) >= 0;

    /// <summary>The place of the first name that means the target, or -1.</summary>
    public static int IndexOf(IReadOnlyList<string> names, RouteTarget target)
    {
        for (var i = 0; i < names.Count; i++)
        {
            if (Matches(names[i], target))
            {
                return i;
            }
        }

        return -1;
    }
}
