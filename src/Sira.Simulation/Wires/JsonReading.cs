using System.Text.Json;

namespace Sira.Simulation.Wires;

/// <summary>Reads members of JSON that anybody may have written: a member of the wrong kind is as good as absent, and a required one that is absent is the caller's mistake.</summary>
internal static class JsonReading
{
    /// <summary>Returns a member of an object.</summary>
    public static JsonElement? Member(this JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var found) && found.ValueKind != JsonValueKind.Null ? found : null;

    /// <summary>Returns a member under either of two names, as Gemini accepts camel case and snake case.</summary>
    public static JsonElement? Member(this JsonElement element, string name, string otherName) => element.Member(name) ?? element.Member(otherName);

    /// <summary>Returns a member that is an object.</summary>
    public static JsonElement? Object(this JsonElement element, string name) => element.Member(name) is { ValueKind: JsonValueKind.Object } found ? found : null;

    /// <summary>Returns a member that is a string.</summary>
    public static string? Text(this JsonElement element, string name) => element.Member(name) is { ValueKind: JsonValueKind.String } found ? found.GetString() : null;

    /// <summary>Returns a member that is a whole number.</summary>
    public static int? Integer(this JsonElement element, string name) =>
        element.Member(name) is { ValueKind: JsonValueKind.Number } found && found.TryGetInt32(out var number) ? number : null;

    /// <summary>Returns a member that is a truth value.</summary>
    public static bool? Flag(this JsonElement element, string name) => element.Member(name)?.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => null,
    };

    /// <summary>Returns the items of a member that is an array; none when it is not.</summary>
    public static IEnumerable<JsonElement> Items(this JsonElement element, string name) =>
        element.Member(name) is { ValueKind: JsonValueKind.Array } found ? found.EnumerateArray() : [];

    /// <summary>Returns a string that the provider insists on.</summary>
    public static string RequiredText(this JsonElement element, string name, string message) =>
        element.Text(name) is { Length: > 0 } text ? text : throw new BadPromptException(message, name);

    /// <summary>Returns an array that the provider insists on, with at least one item.</summary>
    public static JsonElement RequiredItems(this JsonElement element, string name, string message) =>
        element.Member(name) is { ValueKind: JsonValueKind.Array } found && found.GetArrayLength() > 0 ? found : throw new BadPromptException(message, name);

    /// <summary>Joins the texts of content that is a string or a list of parts with a <c>text</c>.</summary>
    public static string JoinText(JsonElement? content) => content switch
    {
        { ValueKind: JsonValueKind.String } text => text.GetString()!,
        { ValueKind: JsonValueKind.Array } parts => string.Join('\n', parts.EnumerateArray().Select(static part => part.Text("text")).Where(static text => text is not null)),
        _ => "",
    };
}
