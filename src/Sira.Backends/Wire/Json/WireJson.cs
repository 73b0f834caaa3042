using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.AI;

namespace Sira.Backends.Wire.Json;

/// <summary>The conversions between MEAI's values and JSON that every wire needs: tool arguments, tool results, extra members.</summary>
internal static class WireJson
{
    // AIJsonUtilities' options carry source-generated metadata for what tools exchange, and reflection only where the host allows it.
    // They indent, which is white space that a provider would count as tokens.
    private static readonly JsonSerializerOptions Options = new(AIJsonUtilities.DefaultOptions) { WriteIndented = false };

    /// <summary>Returns a tool call's arguments as a JSON object.</summary>
    public static string SerializeArguments(IDictionary<string, object?>? arguments) =>
        arguments is null or { Count: 0 } ? "{}" : JsonSerializer.Serialize(arguments, (JsonTypeInfo<IDictionary<string, object?>>)Options.GetTypeInfo(typeof(IDictionary<string, object?>)));

    /// <summary>Writes a tool call's arguments as a JSON object.</summary>
    public static void WriteArguments(Utf8JsonWriter writer, IDictionary<string, object?>? arguments)
    {
        if (arguments is null or { Count: 0 })
        {
            writer.WriteStartObject();
            writer.WriteEndObject();
            return;
        }

        JsonSerializer.Serialize(writer, arguments, (JsonTypeInfo<IDictionary<string, object?>>)Options.GetTypeInfo(typeof(IDictionary<string, object?>)));
    }

    /// <summary>Parses a tool call's arguments; a string that is no JSON object yields a call whose <see cref="FunctionCallContent.Exception"/> says so.</summary>
    public static FunctionCallContent CreateCall(string callId, string name, string? arguments) =>
        FunctionCallContent.CreateFromParsedArguments(arguments ?? string.Empty, callId, name, static text =>
            string.IsNullOrWhiteSpace(text) ? new Dictionary<string, object?>() : JsonSerializer.Deserialize(text, (JsonTypeInfo<IDictionary<string, object?>>)Options.GetTypeInfo(typeof(IDictionary<string, object?>))));

    /// <summary>Returns a tool's result as the text that a provider takes: strings as they are, everything else as JSON, a failure as its message.</summary>
    public static string ResultToText(FunctionResultContent result) => result switch
    {
        { Result: string text } => text,
        { Result: JsonElement { ValueKind: JsonValueKind.String } element } => element.GetString()!,
        { Result: JsonElement element } => element.GetRawText(),
        { Result: TextContent text } => text.Text,
        { Result: null, Exception: { } exception } => $"Error: {exception.Message}",
        { Result: null } => string.Empty,
        _ => JsonSerializer.Serialize(result.Result, Options.GetTypeInfo(result.Result.GetType())),
    };

    /// <summary>Writes the members of an object as members of the object that is being written, except those that are there already.</summary>
    public static void WriteExtraMembers(Utf8JsonWriter writer, object? raw, IReadOnlySet<string> written)
    {
        if (!TryGetObject(raw, out var element))
        {
            return;
        }

        foreach (var member in element.EnumerateObject())
        {
            if (!written.Contains(member.Name))
            {
                member.WriteTo(writer);
            }
        }
    }

    /// <summary>Takes a JSON object out of what <see cref="ChatOptions.RawRepresentationFactory"/> or a raw representation holds.</summary>
    public static bool TryGetObject(object? raw, [NotNullWhen(true)] out JsonElement element)
    {
        switch (raw)
        {
            case JsonElement { ValueKind: JsonValueKind.Object } found:
                element = found;
                return true;
            case System.Text.Json.Nodes.JsonObject node:
                using (var document = JsonDocument.Parse(node.ToJsonString()))
                {
                    element = document.RootElement.Clone();
                }

                return true;
            default:
                element = default;
                return false;
        }
    }
}
