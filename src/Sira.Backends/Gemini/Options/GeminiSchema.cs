using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Sira.Backends.Wire.Json;

namespace Sira.Backends.Gemini.Options;

/// <summary>The two ways of the wire to say a schema: JSON Schema, which is written, and the older subset of OpenAPI 3.0, which is read into JSON Schema.</summary>
internal static class GeminiSchema
{
    /// <summary>Writes a JSON schema without <c>$schema</c>, which the API's list of keywords does not have and which says nothing here.</summary>
    public static void WriteJsonSchema(Utf8JsonWriter writer, JsonElement schema)
    {
        if (schema.ValueKind != JsonValueKind.Object)
        {
            schema.WriteTo(writer);
            return;
        }

        writer.WriteStartObject();
        foreach (var member in schema.EnumerateObject())
        {
            if (!member.NameEquals("$schema"u8))
            {
                member.WriteTo(writer);
            }
        }

        writer.WriteEndObject();
    }

    /// <summary>Converts a schema of the OpenAPI subset: upper-case types, <c>nullable</c>, numbers as texts, snake-case keywords.</summary>
    public static JsonElement FromOpenApi(JsonElement schema)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            Convert(writer, schema);
        }

        return JsonElement.Parse(buffer.WrittenSpan);
    }

    private static void Convert(Utf8JsonWriter writer, JsonElement schema)
    {
        if (schema.ValueKind != JsonValueKind.Object)
        {
            schema.WriteTo(writer);
            return;
        }

        var nullable = schema.GetBooleanOrNull("nullable") == true;
        writer.WriteStartObject();
        foreach (var member in schema.EnumerateObject())
        {
            ConvertMember(writer, GeminiJson.ToCamelCase(member.Name), member.Value, nullable);
        }

        writer.WriteEndObject();
    }

    private static void ConvertMember(Utf8JsonWriter writer, string name, JsonElement value, bool nullable)
    {
        switch (name)
        {
            case "nullable":
                break;
            case "type":
                WriteType(writer, value, nullable);
                break;
            case "enum" when nullable && value.ValueKind == JsonValueKind.Array:
                writer.WriteStartArray(name);
                foreach (var item in value.EnumerateArray())
                {
                    item.WriteTo(writer);
                }

                writer.WriteNullValue();
                writer.WriteEndArray();
                break;
            case "items" or "additionalProperties":
                writer.WritePropertyName(name);
                Convert(writer, value);
                break;
            case "properties" when value.ValueKind == JsonValueKind.Object:
                writer.WriteStartObject(name);
                foreach (var property in value.EnumerateObject())
                {
                    writer.WritePropertyName(property.Name);
                    Convert(writer, property.Value);
                }

                writer.WriteEndObject();
                break;
            case "anyOf" when value.ValueKind == JsonValueKind.Array:
                WriteAlternatives(writer, value, nullable);
                break;
            // 64-bit integers are texts in protobuf's JSON.
            case "minItems" or "maxItems" or "minLength" or "maxLength" or "minProperties" or "maxProperties"
                when value.ValueKind == JsonValueKind.String && long.TryParse(value.GetString(), CultureInfo.InvariantCulture, out var number):
                writer.WriteNumber(name, number);
                break;
            default:
                writer.WritePropertyName(name);
                value.WriteTo(writer);
                break;
        }
    }

    private static void WriteType(Utf8JsonWriter writer, JsonElement value, bool nullable)
    {
        var type = value.ValueKind == JsonValueKind.String ? value.GetString()!.ToLowerInvariant() : null;
        if (type is null or "type_unspecified")
        {
            return;
        }

        if (!nullable)
        {
            writer.WriteString("type", type);
            return;
        }

        writer.WriteStartArray("type");
        writer.WriteStringValue(type);
        writer.WriteStringValue("null");
        writer.WriteEndArray();
    }

    private static void WriteAlternatives(Utf8JsonWriter writer, JsonElement alternatives, bool nullable)
    {
        writer.WriteStartArray("anyOf");
        foreach (var alternative in alternatives.EnumerateArray())
        {
            Convert(writer, alternative);
        }

        if (nullable)
        {
            writer.WriteStartObject();
            writer.WriteString("type", "null");
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }
}
