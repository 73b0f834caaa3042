using Microsoft.Extensions.Configuration;
using Sira.Kernel.Configuration;
using Sira.Kernel.Plugins;
using Sira.Plugins.Configuration;
using Sira.Plugins.Manifests;
using Sira.Plugins.Sources;

namespace Sira.Plugins.Isolation;

/// <summary>Decides whether a plugin gets what it asks for: a trusted one everything, any other what the host's configuration permits.</summary>
internal static class PermissionGrants
{
    /// <summary>Decides.</summary>
    /// <param name="plugin">The plugin.</param>
    /// <param name="item">What the host sets for it.</param>
    /// <param name="known">The kinds of permissions there are.</param>
    /// <param name="path">Where the plugin is configured.</param>
    /// <param name="errors">Receives what is asked for and not given.</param>
    /// <returns>What is given, by kind: exactly what the manifest asks for.</returns>
    public static Dictionary<string, PluginGrant> Decide(AvailablePlugin plugin, PluginItemOptions? item, PermissionKinds known, string path, ConfigurationErrors errors)
    {
        var id = plugin.Manifest.Id;
        foreach (var permission in plugin.Manifest.Permissions)
        {
            if (!known.Contains(permission.Kind))
            {
                errors.AddUnknownName($"{plugin.Origin}: Permissions", "permission", permission.Kind, known.Names);
            }
            else if (known.Refuse(permission) is { } problem)
            {
                errors.Add($"{plugin.Origin}: Permissions", $"'{permission}' cannot be meant.", problem);
            }
            else if (plugin.Trust < PluginTrust.Trusted && item?.Permissions.Any(given => Covers(given, permission)) != true)
            {
                errors.Add(
                    ConfigurationPath.Combine(path, nameof(PluginItemOptions.Permissions)),
                    $"the plugin {plugin.Manifest} asks for '{permission}', and as it is {plugin.Trust.ToString().ToLowerInvariant()} and not trusted, the host has to permit it.",
                    $"Add \"{permission}\" there if it shall have it.");
            }
        }

        return plugin.Manifest.Permissions
            .GroupBy(static permission => permission.Kind)
            .ToDictionary(static group => group.Key, group => new PluginGrant(id, group.Any(static permission => permission.Argument is null) ? [] : [.. group.Select(static permission => permission.Argument!)]));
    }

    internal static bool Covers(PluginPermission given, PluginPermission asked) =>
        given.Kind == asked.Kind && (given.Argument is null || (asked.Argument is { } argument && Matches(given.Argument, argument)));

    internal static bool Matches(string pattern, string argument)
    {
        var (open, ending) = (pattern.StartsWith('*'), pattern.Length > 1 && pattern.EndsWith('*'));
        var text = pattern.AsSpan()[(open ? 1 : 0)..(ending ? pattern.Length - 1 : pattern.Length)];
        return (open, ending) switch
        {
            (true, true) => argument.AsSpan().Contains(text, StringComparison.OrdinalIgnoreCase),
            (true, false) => argument.AsSpan().EndsWith(text, StringComparison.OrdinalIgnoreCase),
            (false, true) => argument.AsSpan().StartsWith(text, StringComparison.OrdinalIgnoreCase),
            _ => argument.AsSpan().Equals(text, StringComparison.OrdinalIgnoreCase),
        };
    }
}
