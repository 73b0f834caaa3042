using Sira.Backends.Kinds;
using Sira.Kernel.Configuration;

namespace Sira.Backends.Configuration;

/// <summary>Finds backends by the environment variables that their providers document, for hosts that configure none.</summary>
internal static class BackendDiscovery
{
    /// <summary>Returns the kinds whose variables are set.</summary>
    public static IReadOnlyList<IBackendKind> Find(BackendKinds kinds, IEnvironment environment) =>
        [.. kinds.All.Where(kind => IsDiscoverable(kind) && Missing(kind, environment).Count == 0)];

    /// <summary>Adds the mistake of having no backend at all, with everything that was looked for and whatever was found of it.</summary>
    /// <param name="kinds">The kinds there are.</param>
    /// <param name="environment">The environment.</param>
    /// <param name="path">Where backends would be configured.</param>
    /// <param name="errors">Where mistakes go.</param>
    public static void ReportNone(BackendKinds kinds, IEnvironment environment, string path, ConfigurationErrors errors)
    {
        const string Add = "add one line: services.AddSira(sira => sira.AddOpenAI(o => o.ApiKeys.Add(key))).";
        var (halves, missing) = (new List<string>(), new List<string>());
        foreach (var kind in kinds.All.Where(IsDiscoverable))
        {
            var found = Variables(kind).Where(variable => environment.GetVariable(variable) is not null).ToList();
            if (found.Count > 0)
            {
                var needed = string.Join(" and ", Missing(kind, environment));
                halves.Add($"{string.Join(" and ", found)} {(found.Count == 1 ? "is" : "are")} set, but {needed} is not");
                missing.Add(needed);
                errors.MarkFaulty(BackendSource.ErrorKind, kind.Name);
            }
        }

        if (halves.Count > 0)
        {
            errors.Add(path, $"no backend is configured, and the environment describes none completely: {string.Join("; ", halves)}.", $"Set {string.Join(" or ", missing)}, or {Add}");
            return;
        }

        var variables = kinds.All.Where(IsDiscoverable).SelectMany(static kind => kind.RequiresKey ? kind.KeyVariables : [kind.EndpointVariable!]);
        errors.Add(path, $"no backend is configured, and none of the usual environment variables is set ({string.Join(", ", variables.Distinct())}).", $"Set one of them, or {Add}");
    }

    private static bool IsDiscoverable(IBackendKind kind) => kind.RequiresKey ? kind.KeyVariables.Count > 0 : kind.EndpointVariable is not null;

    private static IEnumerable<string> Variables(IBackendKind kind) => kind.EndpointVariable is { } endpoint ? kind.KeyVariables.Append(endpoint) : kind.KeyVariables;

    // A provider without keys is found by its address, one with keys by a key, and by its address too where there is no public one.
    private static List<string> Missing(IBackendKind kind, IEnvironment environment)
    {
        var missing = new List<string>();
        if (kind.RequiresKey && !kind.KeyVariables.Any(variable => environment.GetVariable(variable) is not null))
        {
            missing.Add(string.Join(" or ", kind.KeyVariables));
        }

        if ((!kind.RequiresKey || kind.DefaultEndpoint is null) && (kind.EndpointVariable is not { } endpoint || environment.GetVariable(endpoint) is null))
        {
            missing.Add(kind.EndpointVariable ?? "its address");
        }

        return missing;
    }
}
