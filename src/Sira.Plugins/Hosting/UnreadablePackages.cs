using Sira.Kernel.Configuration;
using Sira.Plugins.Sources;

namespace Sira.Plugins.Hosting;

/// <summary>The packages that were found and cannot be read, as plugins of which nothing is known but the file.</summary>
internal static class UnreadablePackages
{
    /// <summary>The kind under which sources mark them among the mistakes, by the path of the mistake or what stands in it before <c>: </c>.</summary>
    public const string Kind = "package";

    public static IReadOnlyList<PluginStatus> Among(ConfigurationErrors errors) => [.. errors.Items
        .GroupBy(static error => error.Path.Split(": ")[0], StringComparer.Ordinal)
        .Where(package => errors.IsFaulty(Kind, package.Key))
        .Select(static package => new PluginStatus
        {
            Id = Path.GetFileName(package.Key),
            Version = string.Empty,
            State = PluginState.Discovered,
            Reason = string.Join(" ", package),
            Origin = package.Key,
            Trust = PluginTrust.Unsigned,
        })];
}
