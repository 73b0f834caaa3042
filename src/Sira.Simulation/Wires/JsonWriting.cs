using System.Text.Encodings.Web;
using System.Text.Json;

namespace Sira.Simulation.Wires;

/// <summary>Writes JSON the way providers do: compact, and with characters left as they are.</summary>
internal static class JsonWriting
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes one value to UTF-8.</summary>
    /// <param name="write">Writes the value.</param>
    /// <returns>The bytes.</returns>
    public static byte[] Write(Action<Utf8JsonWriter> write)
    {
        using var stream = new MemoryStream(512);
        using (var writer = new Utf8JsonWriter(stream, Options))
        {
            write(writer);
        }

        return stream.ToArray();
    }

    /// <summary>Writes a member that repeats what the request said, or a default.</summary>
    public static void WriteEcho(this Utf8JsonWriter writer, JsonElement request, string name, string otherwiseJson)
    {
        writer.WritePropertyName(name);
        if (request.Member(name) is { } found)
        {
            found.WriteTo(writer);
        }
        else
        {
            writer.WriteRawValue(otherwiseJson);
        }
    }
}
