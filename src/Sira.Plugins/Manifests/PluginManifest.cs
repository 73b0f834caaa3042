using NuGet.Versioning;
using Sira.Kernel.Configuration;

namespace Sira.Plugins.Manifests;

/// <summary>What a plugin says about itself: the content of its <c>sira-plugin.json</c>. Immutable; equal to every manifest that says the same.</summary>
public sealed record PluginManifest
{
    /// <summary>The name of the file in a plugin's folder or package.</summary>
    public const string FileName = "sira-plugin.json";

    /// <summary>Gets the id, by the rules of NuGet package ids. Case does not matter.</summary>
    public required string Id { get; init; }

    /// <summary>Gets the version of the plugin, by SemVer 2.</summary>
    public required NuGetVersion Version { get; init; }

    /// <summary>Gets the versions of Sira's kernel contract that the plugin runs on.</summary>
    public required VersionRange Kernel { get; init; }

    /// <summary>Gets what the plugin does with the kernel contract.</summary>
    /// <value>Default <see cref="ContractRole.Consumes"/>.</value>
    public ContractRole KernelRole { get; init; }

    /// <summary>Gets the file of the assembly that holds <see cref="EntryType"/>, relative to the manifest.</summary>
    /// <value>Default <see langword="null"/>: a plugin that only contributes files.</value>
    public string? EntryAssembly { get; init; }

    /// <summary>Gets the full name of the type that the host creates.</summary>
    /// <value>Default <see langword="null"/>: a plugin that only contributes files.</value>
    public string? EntryType { get; init; }

    /// <summary>Gets what it needs, and what it uses when present.</summary>
    public IReadOnlyList<PluginDependency> Dependencies { get; init; } = [];

    /// <summary>Gets beside which versions of other plugins it cannot run.</summary>
    public IReadOnlyList<PluginConflict> Conflicts { get; init; } = [];

    /// <summary>Gets the contracts it offers to others.</summary>
    public IReadOnlyList<ProvidedContract> Provides { get; init; } = [];

    /// <summary>Gets what it asks to be allowed.</summary>
    public IReadOnlyList<PluginPermission> Permissions { get; init; } = [];

    /// <summary>Gets what it is, in a sentence or two.</summary>
    public string? Description { get; init; }

    /// <summary>Gets who wrote it.</summary>
    public IReadOnlyList<string> Authors { get; init; } = [];

    /// <summary>Gets the licence, as an SPDX expression.</summary>
    public string? License { get; init; }

    /// <summary>Gets id and version.</summary>
    public PluginIdentity Identity => new(Id, Version);

    /// <summary>Collects every mistake: in names, in versions, in what is stated twice or contradicts itself. The reader does so too; call it for a manifest that was made in code.</summary>
    /// <param name="path">What the mistakes are reported under, such as the path of the file.</param>
    /// <param name="errors">Receives the mistakes.</param>
    public void Validate(string path, ConfigurationErrors errors)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(errors);
        new ManifestValidator(this, path, errors).Validate();
    }

    /// <summary>Returns whether another manifest says the same: whether <see cref="PluginManifestWriter"/> writes both alike.</summary>
    /// <param name="other">The other manifest.</param>
    /// <returns>Whether it does.</returns>
    public bool Equals(PluginManifest? other) =>
        ReferenceEquals(this, other) || (other is not null && Identity == other.Identity && PluginManifestWriter.Write(this) == PluginManifestWriter.Write(other));

    /// <inheritdoc />
    public override int GetHashCode() => Identity.GetHashCode();

    /// <inheritdoc />
    public override string ToString() => Identity.ToString();
}
