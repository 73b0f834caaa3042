using System.Globalization;
using Microsoft.Extensions.Configuration;
using Sira.Kernel.Configuration;

namespace Sira.Gateway.Configuration;

/// <summary>Reads maps whose keys are names. Configuration splits keys at colons, and names may hold them, such as "llama3:8b".</summary>
internal static class ConfigurationLeaves
{
    public static IEnumerable<(string Path, string Value)> AsLeaves(this IConfigurationSection section) => Walk(section, section.Path.Length + 1);

    /// <summary>Reads the weights of names.</summary>
    /// <param name="reader">The section.</param>
    /// <param name="weights">Receives them.</param>
    /// <param name="fix">What to do about a weight that is none.</param>
    public static void ReadWeights(this ConfigurationReader reader, IDictionary<string, double> weights, string fix)
    {
        foreach (var (path, value) in reader.Section.AsLeaves())
        {
            if (double.TryParse(value, CultureInfo.InvariantCulture, out var weight) && RouteOptionsValidator.IsWeight(weight))
            {
                weights[path] = weight;
            }
            else
            {
                reader.Errors.Add($"{reader.Section.Path}:{path}", $"the weight '{value}' is not a number above 0 and at most 1000000.", fix);
            }
        }
    }

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
