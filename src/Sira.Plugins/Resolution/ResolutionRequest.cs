using NuGet.Versioning;
using Sira.Plugins.Manifests;

namespace Sira.Plugins.Resolution;

/// <summary>What the host wants resolved, and what it brings along.</summary>
public sealed record ResolutionRequest
{
    /// <summary>Gets the version of the kernel contract that the host runs. If it is a prerelease, ranges admit it all the same; so it is with <see cref="HostContracts"/>.</summary>
    public required NuGetVersion Kernel { get; init; }

    /// <summary>Gets the plugins that the host asks for, the most important first: where not all can be at their newest, the earlier one is.</summary>
    public IReadOnlyList<PluginRequest> Plugins { get; init; } = [];

    /// <summary>Gets the contracts that the host itself provides.</summary>
    public IReadOnlyList<ProvidedContract> HostContracts { get; init; } = [];

    /// <summary>Gets the versions to keep where they still fit, such as those that are active now. What is no longer available is passed over.</summary>
    public IReadOnlyList<PluginIdentity> Prefer { get; init; } = [];

    /// <summary>Gets the only versions that are allowed of their plugins. A pin does not ask for a plugin.</summary>
    public IReadOnlyList<PluginIdentity> Pins { get; init; } = [];

    /// <summary>Gets which plugin (value) provides a contract (key) where several could.</summary>
    public IReadOnlyDictionary<string, string> PreferredProviders { get; init; } = new Dictionary<string, string>();

    /// <summary>Gets whether every range admits prereleases, and a newer prerelease is taken before an older release.</summary>
    /// <value>Default <see langword="false"/>.</value>
    public bool IncludePrereleases { get; init; }

    /// <summary>Gets after how many steps the resolver gives up. A step looks at one incompatibility; some millions take a second.</summary>
    /// <value>Default 20,000,000.</value>
    public long MaximumSteps { get; init; } = 20_000_000;
}
