using System.Text.Json;
using Sira.Kernel.Configuration;

namespace Sira.Plugins.Manifests;

/// <summary>Reads one JSON object member by member and collects every mistake. Call <see cref="ReportUnknown"/> last.</summary>
internal sealed class JsonMembers
{
    private readonly Dictionary<string, JsonElement> members = new(StringComparer.Ordinal);
    private readonly HashSet<string> known = new(StringComparer.Ordinal);

    private JsonMembers(JsonElement element, string path, ConfigurationErrors errors)
    {
        (Path, Errors) = (path, errors);
        foreach (var property in element.EnumerateObject())
        {
            var name = Text(property);
            if (!members.TryAdd(name, property.Value))
            {
                errors.Add($"{path}:{Shown(name)}", "is stated twice.", "Keep one of the two.");
            }
        }
    }

    public string Path { get; }

    public ConfigurationErrors Errors { get; }

    public static JsonMembers? Of(JsonElement element, string path, string fix, ConfigurationErrors errors)
    {
        if (element.ValueKind == JsonValueKind.Object)
        {
            return new JsonMembers(element, path, errors);
        }

        errors.Add(path, $"is {Kind(element)}, but an object is expected.", fix);
        return null;
    }

    public bool Has(string name)
    {
        known.Add(name);
        return members.ContainsKey(name);
    }

    public bool TryElement(string name, out JsonElement element)
    {
        known.Add(name);
        return members.TryGetValue(name, out element);
    }

    /// <summary>A text that is there and neither blank nor too long.</summary>
    public string? String(string name, string fix) => TryElement(name, out var element) ? StringOf(element, $"{Path}:{name}", fix, Errors) : null;

    public string? Required(string name, string fix)
    {
        if (Has(name))
        {
            return String(name, fix);
        }

        Errors.Add($"{Path}:{name}", "is missing.", fix);
        return null;
    }

    public bool Boolean(string name)
    {
        if (!TryElement(name, out var element))
        {
            return false;
        }

        if (element.ValueKind is not (JsonValueKind.True or JsonValueKind.False))
        {
            Errors.Add($"{Path}:{name}", $"is {Kind(element)}, but true or false is expected.", "Write true or false, without quotes.");
        }

        return element.ValueKind == JsonValueKind.True;
    }

    /// <summary>Reads a list. An entry that could not be read has been reported and is null in the list, so that the others keep their places; the manifest is then thrown away.</summary>
    public IReadOnlyList<T> List<T>(string name, string fix, Func<JsonElement, string, T?> read)
        where T : class
    {
        if (!TryElement(name, out var element))
        {
            return [];
        }

        if (element.ValueKind != JsonValueKind.Array)
        {
            Errors.Add($"{Path}:{name}", $"is {Kind(element)}, but a list is expected.", fix);
            return [];
        }

        var count = element.GetArrayLength();
        if (count > ManifestLimits.Entries)
        {
            Errors.Add($"{Path}:{name}", $"has {count} entries.", $"Use at most {ManifestLimits.Entries}.");
            return [];
        }

        var list = new List<T>(count);
        var index = 0;
        foreach (var entry in element.EnumerateArray())
        {
            list.Add(read(entry, $"{Path}:{name}:{index++}")!);
        }

        return list.AsReadOnly();
    }

    public void ReportUnknown()
    {
        foreach (var name in members.Keys)
        {
            if (!known.Contains(name))
            {
                Errors.Add($"{Path}:{Shown(name)}", $"unknown member {ManifestText.Quote(name)}.", UnknownName.Suggest("member", name, known));
            }
        }
    }

    public static string? StringOf(JsonElement element, string path, string fix, ConfigurationErrors errors)
    {
        if (element.ValueKind != JsonValueKind.String)
        {
            errors.Add(path, $"is {Kind(element)}, but a text is expected.", fix);
            return null;
        }

        var text = Text(element);
        var problem = text is null ? "holds half a character (a lone surrogate)."
            : string.IsNullOrWhiteSpace(text) ? "is blank."
            : text.Length > ManifestLimits.Text ? $"has {text.Length} characters; at most {ManifestLimits.Text} are allowed."
            : null;
        if (problem is null)
        {
            return text;
        }

        errors.Add(path, problem, fix);
        return null;
    }

    private static string Kind(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "a list",
        JsonValueKind.String => "a text",
        JsonValueKind.Number => "a number",
        JsonValueKind.Null => "null",
        _ => "true or false",
    };

    private static string Shown(string name) => ManifestText.Quote(name).Trim('\'');

    // An escaped lone surrogate is valid JSON and no valid text; the framework throws when asked for it.
    private static string? Text(JsonElement element)
    {
        try
        {
            return element.GetString();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private static string Text(JsonProperty property)
    {
        try
        {
            return property.Name;
        }
        catch (InvalidOperationException)
        {
            return "\uFFFD";
        }
    }
}
