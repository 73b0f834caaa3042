using System.Text.Json;

namespace Sira.Backends.Gemini.Options;

/// <summary>Writes an object member lazily, so that nothing is written when nothing is in it, and ends with the raw members that no typed one has taken.</summary>
internal sealed class GeminiObjectWriter
{
    private readonly Utf8JsonWriter _writer;
    private readonly string _name;
    private readonly GeminiObjectWriter? _parent;
    private readonly JsonElement _raw;
    private readonly HashSet<string>? _written;
    private bool _open;

    /// <summary>Initializes a new instance.</summary>
    /// <param name="writer">Where to write.</param>
    /// <param name="name">The object's name.</param>
    /// <param name="raw">The members that the caller supplied raw; the undefined element when there are none.</param>
    /// <param name="parent">The object that this one is a member of, when that is lazy too.</param>
    public GeminiObjectWriter(Utf8JsonWriter writer, string name, JsonElement raw, GeminiObjectWriter? parent = null)
    {
        (_writer, _name, _raw, _parent) = (writer, name, raw, parent);
        _written = raw.ValueKind == JsonValueKind.Object ? new(StringComparer.Ordinal) : null;
    }

    /// <summary>Begins a member; the value is to be written next.</summary>
    public Utf8JsonWriter Member(string name)
    {
        Open();
        _written?.Add(name);
        _writer.WritePropertyName(name);
        return _writer;
    }

    /// <summary>Adds the raw members that were not written, and closes the object if it was opened.</summary>
    public void End()
    {
        if (_written is not null)
        {
            foreach (var member in _raw.EnumerateObject())
            {
                var name = GeminiJson.ToCamelCase(member.Name);
                if (_written.Add(name))
                {
                    Open();
                    _writer.WritePropertyName(name);
                    member.Value.WriteTo(_writer);
                }
            }
        }

        if (_open)
        {
            _writer.WriteEndObject();
        }
    }

    private void Open()
    {
        if (_open)
        {
            return;
        }

        _open = true;
        if (_parent is not null)
        {
            _parent.Member(_name);
        }
        else
        {
            _writer.WritePropertyName(_name);
        }

        _writer.WriteStartObject();
    }
}
