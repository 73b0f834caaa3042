using Microsoft.Extensions.Configuration;

namespace Sira.Gateway.Configuration;

/// <summary>Reads maps whose keys are target names. Configuration splits keys at colons, model ids may hold them.</summary>
internal static class ConfigurationLeaves
{
    public static IEnumerable<(string Path, string Value)> AsLeaves(this IConfigurationSection section) => Walk(section, section.Path.Length + 1);

    private static IEnumerable<(string Path, string Value)> Walk(IConfigurationSection section, int prefix)
    {
        if (section.Value is { } value)
        {
            yield return (section.Path[prefix..], value);
        }

        foreach (var child in section.GetChildren())
        {
            foreach (var leaf in Walk(child, prefix))
            {
                yield return leaf;
            }
        }
    }
}
