using System.Text.Json;
using Sira.Backends.Wire.Json;

namespace Sira.Backends.OpenAIChat.Requests;

/// <summary>Writes the members of a request and remembers their names where extra ones follow, which must not repeat them.</summary>
internal readonly struct BodyWriter(Utf8JsonWriter writer, object? extra)
{
    private readonly HashSet<string>? written = extra is null ? null : new(StringComparer.Ordinal);

    public Utf8JsonWriter Json => writer;

    /// <summary>Begins a member; its value is the caller's to write.</summary>
    public Utf8JsonWriter Name(string name)
    {
        written?.Add(name);
        writer.WritePropertyName(name);
        return writer;
    }

    public void String(string name, string? value)
    {
        if (value is not null)
        {
            Name(name).WriteStringValue(value);
        }
    }

    public void Number(string name, long? value)
    {
        if (value is { } number)
        {
            Name(name).WriteNumberValue(number);
        }
    }

    public void Number(string name, float? value)
    {
        if (value is { } number)
        {
            Name(name).WriteNumberValue(number);
        }
    }

    public void Boolean(string name, bool? value)
    {
        if (value is { } boolean)
        {
            Name(name).WriteBooleanValue(boolean);
        }
    }

    /// <summary>Writes the members that only the provider knows, after all others.</summary>
    public void Extra()
    {
        if (written is not null)
        {
            WireJson.WriteExtraMembers(writer, extra, written);
        }
    }
}
