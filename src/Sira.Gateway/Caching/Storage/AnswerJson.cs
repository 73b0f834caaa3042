using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.AI;
using Sira.Decisions;

namespace Sira.Gateway.Caching.Storage;

/// <summary>Turns answers into bytes and back, without reflection. Each reading makes new objects, so that no caller ever holds those of another.</summary>
internal static class AnswerJson
{
    private static readonly JsonTypeInfo<ChatResponse> Type = (JsonTypeInfo<ChatResponse>)AIJsonUtilities.DefaultOptions.GetTypeInfo(typeof(ChatResponse));

    /// <summary>Writes an answer.</summary>
    /// <returns>The bytes, or <see langword="null"/> when it holds something that JSON would lose.</returns>
    public static byte[]? TryWrite(ChatResponse response)
    {
        if (!AreKnown(response.AdditionalProperties, isResponse: true) || !AreKnown(response.Messages))
        {
            return null;
        }

        var copy = new ChatResponse(response.Messages)
        {
            ResponseId = response.ResponseId,
            ModelId = response.ModelId,
            CreatedAt = response.CreatedAt,
            FinishReason = response.FinishReason,
            Usage = response.Usage,
            AdditionalProperties = WithoutOwn(response.AdditionalProperties),
        };
        try
        {
            return JsonSerializer.SerializeToUtf8Bytes(copy, Type);
        }
        catch (Exception exception) when (exception is JsonException or NotSupportedException or InvalidOperationException or ArgumentException)
        {
            // An annotation of a type of its own, a number that JSON cannot write.
            return null;
        }
    }

    /// <summary>Reads an answer.</summary>
    /// <returns>New objects, or <see langword="null"/> when the bytes are not an answer.</returns>
    public static ChatResponse? TryRead(ReadOnlySpan<byte> json)
    {
        try
        {
            if (JsonSerializer.Deserialize(json, Type) is not { } response)
            {
                return null;
            }

            Unwrap(response.AdditionalProperties);
            foreach (var message in response.Messages)
            {
                Unwrap(message.AdditionalProperties);
                foreach (var content in message.Contents)
                {
                    Unwrap(content.AdditionalProperties);
                }
            }

            return response;
        }
        catch (Exception exception) when (exception is JsonException or NotSupportedException or InvalidOperationException or ArgumentException or FormatException or NullReferenceException)
        {
            // What a second level holds may be anything, such as a list with a null in it.
            return null;
        }
    }

    /// <summary>Tells whether what was written can be read again. Most answers are nothing but text, of which that is certain.</summary>
    public static bool CanBeRead(ChatResponse response, ReadOnlySpan<byte> json) => IsNothingButText(response) || TryRead(json) is not null;

    private static bool IsNothingButText(ChatResponse response)
    {
        var messages = response.Messages;
        for (var i = 0; i < messages.Count; i++)
        {
            var contents = messages[i].Contents;
            for (var j = 0; j < contents.Count; j++)
            {
                if (contents[j] is not TextContent { Annotations: null, AdditionalProperties: null })
                {
                    return false;
                }
            }
        }

        return true;
    }

    private static bool AreKnown(IList<ChatMessage> messages)
    {
        for (var i = 0; i < messages.Count; i++)
        {
            if (!AreKnown(messages[i].AdditionalProperties))
            {
                return false;
            }

            var contents = messages[i].Contents;
            for (var j = 0; j < contents.Count; j++)
            {
                if (!AreKnown(contents[j].AdditionalProperties))
                {
                    return false;
                }
            }
        }

        return true;
    }

    private static bool AreKnown(AdditionalPropertiesDictionary? properties, bool isResponse = false)
    {
        if (properties is not null)
        {
            foreach (var (key, value) in properties)
            {
                if (value is not (null or string or bool or int or long or double or JsonElement) && !(isResponse && IsOwn(key)))
                {
                    return false;
                }
            }
        }

        return true;
    }

    // How this answer came about is not how the next one does.
    private static bool IsOwn(string key) => key is RouteDecision.PropertyName or CacheStatus.PropertyName or DegradedModeExtensions.PropertyName;

    private static AdditionalPropertiesDictionary? WithoutOwn(AdditionalPropertiesDictionary? properties)
    {
        if (properties is null)
        {
            return null;
        }

        var copy = new AdditionalPropertiesDictionary(properties);
        copy.Remove(RouteDecision.PropertyName);
        copy.Remove(CacheStatus.PropertyName);
        return copy.Count == 0 ? null : copy;
    }

    // Strings, numbers and truth values come back as what they were; the writers of the wires look for these types.
    private static void Unwrap(AdditionalPropertiesDictionary? properties)
    {
        if (properties is null)
        {
            return;
        }

        foreach (var key in (string[])[.. properties.Keys])
        {
            if (properties[key] is JsonElement element)
            {
                properties[key] = element.ValueKind switch
                {
                    JsonValueKind.String => element.GetString(),
                    JsonValueKind.True => true,
                    JsonValueKind.False => false,
                    JsonValueKind.Number => Number(element),
                    JsonValueKind.Null => null,
                    _ => element,
                };
            }
        }
    }

    private static object Number(JsonElement element)
    {
        if (element.TryGetInt32(out var small))
        {
            return small;
        }

        return element.TryGetInt64(out var large) ? large : element.GetDouble();
    }
}
