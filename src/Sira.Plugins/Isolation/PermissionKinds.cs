using Microsoft.Extensions.Configuration;
using Sira.Kernel.Configuration;
using Sira.Kernel.Plugins;
using Sira.Plugins.Configuration;
using Sira.Plugins.Manifests;

namespace Sira.Plugins.Isolation;

/// <summary>The kinds of permissions there are: those that a broker of the host gives something for.</summary>
internal sealed class PermissionKinds(IEnumerable<IPluginServiceBroker> brokers)
{
    private readonly ILookup<string, IPluginServiceBroker> brokers = brokers.Where(static broker => broker.Permission is not null).ToLookup(static broker => broker.Permission!, StringComparer.Ordinal);

    /// <summary>Gets their names.</summary>
    public IEnumerable<string> Names => brokers.Select(static kind => kind.Key);

    /// <summary>Returns whether there is a kind.</summary>
    public bool Contains(string kind) => brokers.Contains(kind);

    /// <summary>Reports permissions of no kind there is among those that the host gives.</summary>
    /// <param name="options">What the host sets.</param>
    /// <param name="path">Where plugins are configured.</param>
    /// <param name="errors">Receives the mistakes.</param>
    public void Check(PluginOptions options, string path, ConfigurationErrors errors)
    {
        foreach (var (id, item) in options.Items)
        {
            foreach (var permission in item.Permissions.Where(permission => !Contains(permission.Kind)))
            {
                errors.AddUnknownName(ConfigurationPath.Combine(path, nameof(options.Items), id, nameof(item.Permissions)), "permission", permission.Kind, Names);
            }
        }
    }

    /// <summary>Says what is wrong with what a permission is limited to.</summary>
    /// <returns>The problem and the fix; <see langword="null"/> when nothing is.</returns>
    public string? Refuse(PluginPermission permission) =>
        permission.Argument is { } argument ? brokers[permission.Kind].Select(broker => broker.Refuse(argument)).FirstOrDefault(static problem => problem is not null) : null;
}
