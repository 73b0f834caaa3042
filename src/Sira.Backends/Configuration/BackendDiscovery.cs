using Sira.Backends.Kinds;
using Sira.Kernel.Configuration;

namespace Sira.Backends.Configuration;

/// <summary>Finds backends by the environment variables that their providers document, for hosts that configure none.</summary>
internal static class BackendDiscovery
{
    /// <summary>Returns the kinds whose variables are set.</summary>
    public static IReadOnlyList<IBackendKind> Find(BackendKinds kinds, IEnvironment environment) =>
        [.. kinds.All.Where(kind => HasKey(kind, environment) && HasEndpoint(kind, environment))];

    /// <summary>Adds the mistake of having no backend at all, with everything that was looked for.</summary>
    public static void ReportNone(BackendKinds kinds, ConfigurationErrors errors)
    {
        var variables = kinds.All.Where(static kind => IsDiscoverable(kind)).SelectMany(static kind => kind.RequiresKey ? kind.KeyVariables : [kind.EndpointVariable!]);
        errors.Add(
            "Sira:Backends",
            $"no backend is configured, and none of the usual environment variables is set ({string.Join(", ", variables.Distinct())}).",
            "Set one of them, or add one line: services.AddSira(sira => sira.AddOpenAI(o => o.ApiKeys.Add(key))).");
    }

    private static bool IsDiscoverable(IBackendKind kind) => kind.RequiresKey ? kind.KeyVariables.Count > 0 : kind.EndpointVariable is not null;

    // A provider without keys is found by its address, one with keys by a key.
    private static bool HasKey(IBackendKind kind, IEnvironment environment) =>
        kind.RequiresKey ? kind.KeyVariables.Any(variable => environment.GetVariable(variable) is not null) : kind.EndpointVariable is { } variable && environment.GetVariable(variable) is not null;

    private static bool HasEndpoint(IBackendKind kind, IEnvironment environment) =>
        kind.DefaultEndpoint is not null || (kind.EndpointVariable is { } variable && environment.GetVariable(variable) is not null);
}
