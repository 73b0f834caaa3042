using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Primitives;

namespace Sira.Kernel.Configuration.Settings;

/// <summary>A section of settings that never change: what a host's section held when it was read.</summary>
/// <param name="path">The whole path.</param>
/// <param name="value">The value, if it has one.</param>
/// <param name="host">The section that the settings were read from; its changes are those that the tokens tell of.</param>
internal sealed class SettingsNode(string path, string? value, IConfigurationSection? host) : IConfigurationSection
{
    private SortedList<string, SettingsNode>? children;
    private Dictionary<string, SettingsNode>? byKey;

    public string Key { get; } = path[(path.LastIndexOf(':') + 1)..];

    public string Path => path;

    public string? Value
    {
        get => value;
        set => throw ReadOnly();
    }

    public string? this[string key]
    {
        get => Find(key)?.Value;
        set => throw ReadOnly();
    }

    public IConfigurationSection GetSection(string key) => Find(key) ?? new SettingsNode(ConfigurationPath.Combine(path, key), null, host);

    public IEnumerable<IConfigurationSection> GetChildren() => children?.Values ?? (IEnumerable<IConfigurationSection>)[];

    public IChangeToken GetReloadToken() => host?.GetReloadToken() ?? new CancellationChangeToken(CancellationToken.None);

    /// <summary>Adds a setting while the tree is built.</summary>
    public void Add(string key, string? setting)
    {
        var colon = key.IndexOf(':', StringComparison.Ordinal);
        var own = colon < 0 ? key : key[..colon];
        children ??= new SortedList<string, SettingsNode>(ConfigurationKeyOrder.Instance);
        byKey ??= new Dictionary<string, SettingsNode>(StringComparer.OrdinalIgnoreCase);
        if (colon < 0)
        {
            // A key with a value of its own comes before those below it.
            children[own] = byKey[own] = new SettingsNode(ConfigurationPath.Combine(path, own), setting, host);
            return;
        }

        if (!byKey.TryGetValue(own, out var child))
        {
            children[own] = byKey[own] = child = new SettingsNode(ConfigurationPath.Combine(path, own), null, host);
        }

        child.Add(key[(colon + 1)..], setting);
    }

    private SettingsNode? Find(string key)
    {
        var at = this;
        while (at is not null)
        {
            var colon = key.IndexOf(':', StringComparison.Ordinal);
            at = at.byKey?.GetValueOrDefault(colon < 0 ? key : key[..colon]);
            if (colon < 0)
            {
                break;
            }

            key = key[(colon + 1)..];
        }

        return at;
    }

    private static InvalidOperationException ReadOnly() =>
        new("A version of the configuration cannot be changed. Change the host's configuration, or apply changes through ISiraConfiguration.");
}
