using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.AI;
using Sira.Backends.Wire.Json;

namespace Sira.Backends.OpenAIResponses;

/// <summary>Where a background response is to be picked up again: its id, and for a stream the last event that arrived.</summary>
internal readonly record struct ResponsesContinuation(string ResponseId, long? SequenceNumber = null)
{
    public ResponseContinuationToken ToToken()
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteString("response_id"u8, ResponseId);
            if (SequenceNumber is { } number)
            {
                writer.WriteNumber("sequence_number"u8, number);
            }

            writer.WriteEndObject();
        }

        return ResponseContinuationToken.FromBytes(buffer.WrittenMemory);
    }

    /// <summary>Reads a token; <see langword="false"/> for one that this wire did not make.</summary>
    public static bool TryRead(ResponseContinuationToken token, out ResponsesContinuation continuation)
    {
        try
        {
            var element = JsonElement.Parse(token.ToBytes().Span);
            if (element.GetStringOrNull("response_id") is { Length: > 0 } id)
            {
                continuation = new(id, element.GetInt64OrNull("sequence_number"));
                return true;
            }
        }
        catch (JsonException)
        {
            // Some other client's token.
        }

        continuation = default;
        return false;
    }

    /// <summary>Returns the path, relative to the backend's endpoint, to fetch what is there by now.</summary>
    public string GetPath(bool streaming)
    {
        var path = "responses/" + Uri.EscapeDataString(ResponseId);
        return !streaming ? path
            : SequenceNumber is { } number ? string.Create(CultureInfo.InvariantCulture, $"{path}?stream=true&starting_after={number}")
            : path + "?stream=true";
    }
}
