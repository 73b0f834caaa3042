using System.Buffers;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using Sira.Backends.Wire.Json;

namespace Sira.Backends.OpenAIResponses.Items;

/// <summary>What an item or a content part of this wire holds beyond what MEAI's contents express, kept in their additional properties.</summary>
/// <remarks>
/// Unlike <see cref="AIContent.RawRepresentation"/>, additional properties survive the merging of streamed contents and serialisation by a session store.
/// They also tell where a content comes from: reasoning and provider-run tool calls of another provider are never sent to this one.
/// </remarks>
internal static class ResponsesProperties
{
    /// <summary>The members of an item beyond its content's, such as <c>id</c> and <c>phase</c>; the whole item where MEAI has no content that is written back from its own members.</summary>
    public const string Item = "openai.responses.item";

    /// <summary>The members of a content part beyond its content's; the whole part where MEAI has no content for it.</summary>
    public const string Part = "openai.responses.part";

    /// <summary>The members of a function tool beyond its declaration's.</summary>
    public const string Tool = "openai.responses.tool";

    /// <summary>The key under which the detail of an image is found, the same as for other adapters of MEAI.</summary>
    public const string ImageDetail = "detail";

    /// <summary>The key that makes a function's or a response's schema strict.</summary>
    public const string Strict = "strict";

    /// <summary>Remembers an object with a content.</summary>
    public static void Set(AIContent content, string key, JsonElement? value)
    {
        if (value is { } element)
        {
            (content.AdditionalProperties ??= [])[key] = element;
        }
    }

    /// <summary>Returns the object that a content carries under a key, whether fresh or read back from storage.</summary>
    public static bool TryGet(AIContent content, string key, out JsonElement value)
    {
        if (content.AdditionalProperties is { } properties && properties.TryGetValue(key, out var found) && WireJson.TryGetObject(found, out value))
        {
            return true;
        }

        value = default;
        return false;
    }

    /// <summary>Returns a string that a content carries under a key, whether fresh or read back from storage.</summary>
    public static string? GetString(AIContent content, string key) =>
        content.AdditionalProperties is { } properties && properties.TryGetValue(key, out var found)
            ? found switch
            {
                string text => text,
                JsonElement { ValueKind: JsonValueKind.String } element => element.GetString(),
                JsonValue value when value.TryGetValue(out string? text) => text,
                _ => null,
            }
            : null;

    /// <summary>Returns an object's members except the named ones, or <see langword="null"/> when none are left.</summary>
    public static JsonElement? Except(JsonElement element, params ReadOnlySpan<string> names)
    {
        var any = false;
        foreach (var member in element.EnumerateObject())
        {
            any |= !IsNamed(member, names);
        }

        if (!any)
        {
            return null;
        }

        var buffer = new ArrayBufferWriter<byte>();
        using var writer = new Utf8JsonWriter(buffer);
        writer.WriteStartObject();
        foreach (var member in element.EnumerateObject())
        {
            if (!IsNamed(member, names))
            {
                member.WriteTo(writer);
            }
        }

        writer.WriteEndObject();
        writer.Flush();
        return JsonElement.Parse(buffer.WrittenSpan);
    }

    /// <summary>Writes an object's members, except the named ones, into the object that is being written.</summary>
    public static void WriteMembers(Utf8JsonWriter writer, JsonElement element, params ReadOnlySpan<string> except)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            return;
        }

        foreach (var member in element.EnumerateObject())
        {
            if (!IsNamed(member, except))
            {
                member.WriteTo(writer);
            }
        }
    }

    private static bool IsNamed(JsonProperty member, ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (member.NameEquals(name))
            {
                return true;
            }
        }

        return false;
    }
}
