using System.Collections.Frozen;
using Sira.Models;

namespace Sira.Gateway.Selection.Rules;

/// <summary>The features that conditions can name: short names, and those of <see cref="RequestFeatures"/>.</summary>
internal static class RuleFeatures
{
    private static readonly FrozenDictionary<string, RequestFeatures> ByName = Create().ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    /// <summary>The short names, for errors.</summary>
    public static IEnumerable<string> Names => ByName.Keys;

    public static bool TryFind(string name, out RequestFeatures features) => ByName.TryGetValue(name, out features);

    private static Dictionary<string, RequestFeatures> Create()
    {
        var names = new Dictionary<string, RequestFeatures>(StringComparer.OrdinalIgnoreCase)
        {
            ["vision"] = RequestFeatures.ImageInput,
            ["audio"] = RequestFeatures.AudioInput,
            ["video"] = RequestFeatures.VideoInput,
            ["files"] = RequestFeatures.FileInput,
            ["json"] = RequestFeatures.JsonOutput | RequestFeatures.JsonSchemaOutput,
            ["schema"] = RequestFeatures.JsonSchemaOutput,
        };
        foreach (var feature in Enum.GetValues<RequestFeatures>())
        {
            if (feature is not (RequestFeatures.None or RequestFeatures.All))
            {
                names.TryAdd(feature.ToString(), feature);
            }
        }

        return names;
    }
}
