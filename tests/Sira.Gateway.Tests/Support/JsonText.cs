using System.Text.Json;
using Microsoft.Extensions.Configuration;

namespace Sira.Gateway.Tests.Support;

/// <summary>JSON as configuration, as the host's files give it.</summary>
internal static class JsonText
{
    public static IConfigurationRoot ToConfiguration(string json)
    {
        using var document = JsonDocument.Parse(json);
        return new ConfigurationBuilder().AddInMemoryCollection([.. Flatten(document.RootElement, null)]).Build();
    }

    private static IEnumerable<KeyValuePair<string, string?>> Flatten(JsonElement element, string? path) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().SelectMany(property => Flatten(property.Value, Join(path, property.Name))),
        JsonValueKind.Array => element.EnumerateArray().SelectMany((item, index) => Flatten(item, Join(path, index.ToString()))),
        _ => [new(path!, element.ToString())],
    };

    private static string Join(string? path, string key) => path is null ? key : ConfigurationPath.Combine(path, key);
}
