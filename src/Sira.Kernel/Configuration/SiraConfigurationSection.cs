using Microsoft.Extensions.Configuration;

namespace Sira.Kernel.Configuration;

/// <summary>The section that configures Sira, <c>Sira</c> of the host's configuration unless it was given another; <see langword="null"/> where the host has none.</summary>
/// <param name="Section">The section.</param>
public sealed record SiraConfigurationSection(IConfigurationSection? Section)
{
    /// <summary>The section's usual name.</summary>
    public const string DefaultName = "Sira";

    /// <summary>Gets where the section stands, such as <c>Ai:Gateway</c>; <see cref="DefaultName"/> where the host has none, since that is where a setting would have to be written.</summary>
    public string Path => string.IsNullOrEmpty(Section?.Path) ? DefaultName : Section.Path;

    /// <summary>Returns the path of a setting, as mistakes name it.</summary>
    /// <param name="keys">The keys below the section, from the outermost inwards.</param>
    /// <returns>The whole path, such as <c>Sira:Backends:openai:Endpoint</c>.</returns>
    public string PathOf(params ReadOnlySpan<string> keys)
    {
        var path = Path;
        foreach (var key in keys)
        {
            path = ConfigurationPath.Combine(path, key);
        }

        return path;
    }
}
