using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Sira.Simulation.Generation;

/// <summary>Makes the smallest sensible instance of a JSON schema, always the same for the same schema and hints.</summary>
/// <remarks>Understands <c>type</c> (also upper-case, as Gemini writes it, and lists), <c>const</c>, <c>enum</c>, <c>properties</c>, <c>required</c>, <c>items</c>, <c>prefixItems</c>, <c>$ref</c> within the document, <c>anyOf</c>, <c>oneOf</c>, <c>allOf</c>, bounds of length, number and count, <c>multipleOf</c> and the usual formats. It does not solve <c>pattern</c>, <c>not</c> or <c>if</c>.</remarks>
internal sealed class JsonSchemaSampler
{
    // Deep enough for any schema a provider accepts; a recursive schema takes its shortest way out well before.
    private const int MaximumDepth = 24;
    private const int RecursionDepth = 6;

    // A schema that refers to itself several times over would otherwise grow exponentially.
    private const int MaximumNodes = 10_000;

    private static readonly JsonWriterOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private readonly JsonElement root;
    private readonly ValueHints hints;
    private int nodes;

    private JsonSchemaSampler(JsonElement root, ValueHints hints)
    {
        this.root = root;
        this.hints = hints;
    }

    /// <summary>Makes an instance and returns it as JSON.</summary>
    /// <param name="schema">The schema; of kind <see cref="JsonValueKind.Undefined"/> for "an object".</param>
    /// <param name="hints">Where values may come from.</param>
    /// <returns>Compact JSON.</returns>
    public static string Sample(JsonElement schema, ValueHints? hints = null)
    {
        var node = schema.ValueKind == JsonValueKind.Undefined ? new JsonObject() : new JsonSchemaSampler(schema, hints ?? ValueHints.None).Make(schema, "", 0);
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, Relaxed))
        {
            if (node is null)
            {
                writer.WriteNullValue();
            }
            else
            {
                node.WriteTo(writer);
            }
        }

        return System.Text.Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length);
    }

    private JsonNode? Make(JsonElement schema, string name, int depth)
    {
        if (schema.ValueKind != JsonValueKind.Object)
        {
            return new JsonObject();
        }

        if (depth > MaximumDepth || ++nodes > MaximumNodes)
        {
            return null;
        }

        if (schema.TryGetProperty("$ref", out var reference) && reference.ValueKind == JsonValueKind.String)
        {
            return Resolve(reference.GetString()!) is { } target ? Make(target, name, depth + 1) : new JsonObject();
        }

        if (schema.TryGetProperty("const", out var constant))
        {
            return ToNode(constant);
        }

        if (schema.TryGetProperty("enum", out var values) && values.ValueKind == JsonValueKind.Array && values.GetArrayLength() > 0)
        {
            return ToNode(values[0]);
        }

        if (schema.TryGetProperty("allOf", out var all) && all.ValueKind == JsonValueKind.Array)
        {
            return MakeAll(schema, all, name, depth);
        }

        if (Alternatives(schema) is { } alternatives)
        {
            return Make(Choose(alternatives, depth), name, depth + 1);
        }

        return TypeOf(schema, depth) switch
        {
            "null" => null,
            "string" => JsonValue.Create(StringFor(schema, name)),
            "integer" => JsonValue.Create((long)NumberFor(schema, integer: true)),
            "number" => JsonValue.Create(NumberFor(schema, integer: false)),
            "boolean" => JsonValue.Create(true),
            "array" => MakeArray(schema, name, depth),
            _ => MakeObject(schema, depth),
        };
    }

    private JsonObject MakeObject(JsonElement schema, int depth)
    {
        var result = new JsonObject();
        if (!schema.TryGetProperty("properties", out var properties) || properties.ValueKind != JsonValueKind.Object)
        {
            return result;
        }

        // Without "required" everything is optional, yet an empty object would be no demonstration: all properties, until recursion.
        var hasRequired = schema.TryGetProperty("required", out var required) && required.ValueKind == JsonValueKind.Array;
        foreach (var property in properties.EnumerateObject())
        {
            if (hasRequired ? required.EnumerateArray().Any(item => item.ValueKind == JsonValueKind.String && item.ValueEquals(property.Name)) : depth < RecursionDepth)
            {
                result[property.Name] = Make(property.Value, property.Name, depth + 1);
            }
        }

        return result;
    }

    private JsonArray MakeArray(JsonElement schema, string name, int depth)
    {
        var result = new JsonArray();
        if (schema.TryGetProperty("prefixItems", out var prefix) && prefix.ValueKind == JsonValueKind.Array)
        {
            foreach (var item in prefix.EnumerateArray())
            {
                result.Add(Make(item, name, depth + 1));
            }
        }

        var minimum = (int)Math.Min(Number(schema, "minItems") ?? 0, 1000);
        var maximum = Number(schema, "maxItems") ?? int.MaxValue;
        var wanted = depth >= RecursionDepth ? minimum : Math.Min(Math.Max(minimum, 1), maximum);
        var items = schema.TryGetProperty("items", out var found) ? found : default;
        while (result.Count < wanted)
        {
            result.Add(items.ValueKind == JsonValueKind.Object ? Make(items, name, depth + 1) : JsonValue.Create("simulated"));
        }

        return result;
    }

    private JsonNode? MakeAll(JsonElement schema, JsonElement all, string name, int depth)
    {
        JsonNode? result = schema.TryGetProperty("properties", out _) ? MakeObject(schema, depth) : null;
        foreach (var part in all.EnumerateArray())
        {
            var made = Make(part, name, depth + 1);
            if (result is JsonObject whole && made is JsonObject more)
            {
                foreach (var (key, value) in more)
                {
                    whole[key] = value?.DeepClone();
                }
            }
            else
            {
                result ??= made;
            }
        }

        return result;
    }

    private static JsonElement? Alternatives(JsonElement schema)
    {
        foreach (var keyword in (ReadOnlySpan<string>)["anyOf", "oneOf"])
        {
            if (schema.TryGetProperty(keyword, out var found) && found.ValueKind == JsonValueKind.Array && found.GetArrayLength() > 0)
            {
                return found;
            }
        }

        return null;
    }

    // The first that is not null; the null itself once a recursive schema has gone deep enough.
    private static JsonElement Choose(JsonElement alternatives, int depth)
    {
        var wantNull = depth >= RecursionDepth;
        foreach (var alternative in alternatives.EnumerateArray())
        {
            if (IsNull(alternative) == wantNull)
            {
                return alternative;
            }
        }

        return wantNull ? alternatives[alternatives.GetArrayLength() - 1] : alternatives[0];
    }

    private static bool IsNull(JsonElement schema) =>
        schema.ValueKind == JsonValueKind.Object && schema.TryGetProperty("type", out var type) && type.ValueKind == JsonValueKind.String && type.ValueEquals("null");

    private static string TypeOf(JsonElement schema, int depth)
    {
        if (!schema.TryGetProperty("type", out var type))
        {
            return schema.TryGetProperty("items", out _) ? "array" : "object";
        }

        if (type.ValueKind != JsonValueKind.Array)
        {
            return type.ValueKind == JsonValueKind.String ? type.GetString()!.ToLowerInvariant() : "object";
        }

        var names = type.EnumerateArray().Where(static item => item.ValueKind == JsonValueKind.String).Select(static item => item.GetString()!.ToLowerInvariant()).ToList();
        var wantNull = depth >= RecursionDepth && names.Contains("null");
        return wantNull ? "null" : names.Find(static item => item != "null") ?? "null";
    }

    private string StringFor(JsonElement schema, string name)
    {
        var format = schema.TryGetProperty("format", out var found) && found.ValueKind == JsonValueKind.String ? found.GetString() : null;
        var value = format switch
        {
            "date-time" => "2026-01-01T00:00:00Z",
            "date" => "2026-01-01",
            "time" => "00:00:00Z",
            "duration" => "PT1H",
            "email" => "simulated@example.com",
            "uri" or "url" => "https://example.com/simulated",
            "uuid" => "00000000-0000-4000-8000-000000000000",
            "ipv4" => "192.0.2.1",
            "ipv6" => "2001:db8::1",
            "hostname" => "example.com",
            _ => hints.FindString(name) ?? (name.Length == 0 ? "simulated" : $"simulated {name}"),
        };
        if (Number(schema, "minLength") is { } minimum && value.Length < minimum)
        {
            value = value.PadRight((int)Math.Min(minimum, 100_000), 'x');
        }

        return Number(schema, "maxLength") is { } maximum && value.Length > maximum ? value[..(int)Math.Max(maximum, 0)] : value;
    }

    private double NumberFor(JsonElement schema, bool integer)
    {
        var step = Number(schema, "multipleOf") is { } multiple and > 0 ? multiple : integer ? 1 : 0;
        var low = Number(schema, "minimum") ?? double.NegativeInfinity;
        var high = Number(schema, "maximum") ?? double.PositiveInfinity;
        var above = Number(schema, "exclusiveMinimum") ?? double.NegativeInfinity;
        var below = Number(schema, "exclusiveMaximum") ?? double.PositiveInfinity;
        var wanted = hints.NextNumber() ?? (integer ? 1 : 1.5);
        if (step > 0)
        {
            // In steps, an exclusive bound is the step beside it.
            var first = Math.Max(Math.Ceiling(low / step), Math.Floor(above / step) + 1);
            var last = Math.Min(Math.Floor(high / step), Math.Ceiling(below / step) - 1);
            return Math.Clamp(Math.Round(wanted / step), first, Math.Max(first, last)) * step;
        }

        var value = Math.Clamp(wanted, low, Math.Max(low, high));
        if (value > above && value < below)
        {
            return value;
        }

        var (from, to) = (Math.Max(low, above), Math.Min(high, below));
        return double.IsInfinity(from) ? to - 1 : double.IsInfinity(to) ? from + 1 : (from + to) / 2;
    }

    private static double? Number(JsonElement schema, string keyword)
    {
        if (!schema.TryGetProperty(keyword, out var found))
        {
            return null;
        }

        return found.ValueKind switch
        {
            JsonValueKind.Number when double.IsFinite(found.GetDouble()) => found.GetDouble(),
            JsonValueKind.String when double.TryParse(found.GetString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var parsed) && double.IsFinite(parsed) => parsed, // Gemini sends int64 as text.
            _ => null,
        };
    }

    private JsonElement? Resolve(string reference)
    {
        if (!reference.StartsWith('#'))
        {
            return null;
        }

        var at = root;
        foreach (var segment in reference[1..].Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            var key = Uri.UnescapeDataString(segment).Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
            if (at.ValueKind == JsonValueKind.Array && int.TryParse(key, NumberStyles.None, CultureInfo.InvariantCulture, out var index) && index < at.GetArrayLength())
            {
                at = at[index];
            }
            else if (at.ValueKind != JsonValueKind.Object || !at.TryGetProperty(key, out at))
            {
                return null;
            }
        }

        return at;
    }

    private static JsonNode? ToNode(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Null => null,
        JsonValueKind.Object => JsonObject.Create(element),
        JsonValueKind.Array => JsonArray.Create(element),
        _ => JsonValue.Create(element),
    };
}
