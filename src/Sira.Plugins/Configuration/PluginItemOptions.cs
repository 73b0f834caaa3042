using Sira.Plugins.Manifests;

namespace Sira.Plugins.Configuration;

/// <summary>What the host sets for one plugin: <c>Sira:Plugins:Items:{id}</c>.</summary>
public sealed class PluginItemOptions
{
    /// <summary>Gets or sets whether the plugin is loaded.</summary>
    /// <value>Default <see langword="true"/>.</value>
    public bool Enabled { get; set; } = true;

    /// <summary>Gets or sets the versions that may be loaded, in interval notation such as <c>[1.0,2.0)</c>.</summary>
    /// <value>Default <see langword="null"/>: any, the newest first.</value>
    public string? Version { get; set; }

    /// <summary>Gets what the plugin is permitted beyond what its trust gives it, written as in manifests: <c>network: api.example.com</c>. A permission without an argument permits every argument; <c>*</c> at the beginning or end of an argument stands for anything.</summary>
    public IList<PluginPermission> Permissions { get; } = [];

    /// <summary>Gets the plugin's own settings, by key.</summary>
    public IDictionary<string, string?> Settings { get; } = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
}
