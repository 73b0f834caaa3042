using System.Text.Json;
using Sira.Session.History;
using Sira.Session.Views;

namespace Sira.Session.Format;

/// <summary>What a body says: the union of what the bodies of all events may say.</summary>
internal struct EventBody
{
    public int V;
    public DateTimeOffset At;
    public long? Turn;
    public string? Role;
    public int Tokens;
    public List<string>? Calls;
    public List<string>? Results;
    public bool IsPartial;
    public string? Key;
    public long? From;
    public long? To;
    public int Level;
    public string? Compactor;
    public string? Model;
    public string? Text;
    public string? Finish;
    public string? Error;
    public string? Id;
    public string? User;
    public string? Parent;
    public long? ParentVersion;
    public TimeSpan? Idle;
    public TimeSpan? Total;
    public List<StreamPiece>? Chain;
    public ReadOnlyMemory<byte> Usage;

    /// <summary>The message or value: JSON that is not read here.</summary>
    public ReadOnlyMemory<byte> Last;

    /// <summary>Reads a body.</summary>
    /// <param name="data">The body.</param>
    /// <param name="isKnown">Whether it is that of a known type; of another, only what every body has is read.</param>
    /// <exception cref="JsonException">It is none.</exception>
    public static EventBody Read(ReadOnlyMemory<byte> data, bool isKnown)
    {
        var body = default(EventBody);
        var json = new Utf8JsonReader(data.Span, new JsonReaderOptions { MaxDepth = ContentJson.MaximumDepth });
        if (!json.Read() || json.TokenType is not JsonTokenType.StartObject)
        {
            throw new JsonException("It is no object.");
        }

        while (json.Read() && json.TokenType is JsonTokenType.PropertyName)
        {
            if (!isKnown)
            {
                body.ReadUnknown(ref json);
                continue;
            }

            if (json.ValueTextEquals("message"u8) || json.ValueTextEquals("value"u8))
            {
                body.Last = Rest(data, (int)json.BytesConsumed);
                return body;
            }

            body.ReadProperty(ref json, data);
        }

        return json.TokenType is JsonTokenType.EndObject && json.BytesConsumed == data.Length ? body : throw new JsonException("It ends too early or too late.");
    }

    private void ReadProperty(ref Utf8JsonReader json, ReadOnlyMemory<byte> data)
    {
        if (json.ValueTextEquals("v"u8))
        {
            V = Number<int>(ref json);
        }
        else if (json.ValueTextEquals("at"u8))
        {
            At = DateTimeOffset.FromUnixTimeMilliseconds(Number<long>(ref json));
        }
        else if (json.ValueTextEquals("turn"u8))
        {
            Turn = Number<long>(ref json);
        }
        else if (json.ValueTextEquals("role"u8))
        {
            Role = RoleOf(ref json);
        }
        else if (json.ValueTextEquals("tokens"u8))
        {
            Tokens = Number<int>(ref json);
        }
        else if (json.ValueTextEquals("calls"u8))
        {
            Calls = Texts(ref json);
        }
        else if (json.ValueTextEquals("results"u8))
        {
            Results = Texts(ref json);
        }
        else
        {
            ReadRare(ref json, data);
        }
    }

    private void ReadUnknown(ref Utf8JsonReader json)
    {
        if (json.ValueTextEquals("v"u8))
        {
            V = Number<int>(ref json);
        }
        else if (json.ValueTextEquals("at"u8))
        {
            At = DateTimeOffset.FromUnixTimeMilliseconds(Number<long>(ref json));
        }
        else
        {
            json.Skip();
        }
    }

    private void ReadRare(ref Utf8JsonReader json, ReadOnlyMemory<byte> data)
    {
        switch (json.GetString())
        {
            case "partial": json.Read(); IsPartial = json.GetBoolean(); break;
            case "key": Key = String(ref json); break;
            case "from": From = Number<long>(ref json); break;
            case "to": To = Number<long>(ref json); break;
            case "level": Level = Number<int>(ref json); break;
            case "compactor": Compactor = String(ref json); break;
            case "model": Model = String(ref json); break;
            case "text": Text = String(ref json); break;
            case "finish": Finish = String(ref json); break;
            case "error": Error = String(ref json); break;
            case "id": Id = String(ref json); break;
            case "user": User = String(ref json); break;
            case "parent": Parent = String(ref json); break;
            case "version": ParentVersion = Number<long>(ref json); break;
            case "idle": Idle = TimeSpan.FromMilliseconds(Number<long>(ref json)); break;
            case "total": Total = TimeSpan.FromMilliseconds(Number<long>(ref json)); break;
            case "chain": Chain = Pieces(ref json); break;
            case "usage":
                json.Read();
                var start = (int)json.TokenStartIndex;
                json.Skip();
                Usage = data[start..(int)json.BytesConsumed];
                break;
            default: json.Skip(); break;
        }
    }

    // What comes last goes up to the brace that ends the body.
    private static ReadOnlyMemory<byte> Rest(ReadOnlyMemory<byte> data, int start)
    {
        var span = data.Span;
        while (start < span.Length && span[start] is (byte)':' or (byte)' ')
        {
            start++;
        }

        return span.Length - 1 > start && span[^1] == (byte)'}' ? data[start..^1] : throw new JsonException("It ends too early.");
    }

    // The usual ones are not made anew for each message.
    private static string? RoleOf(ref Utf8JsonReader json)
    {
        json.Read();
        return json.ValueTextEquals("user"u8) ? "user" : json.ValueTextEquals("assistant"u8) ? "assistant" : json.ValueTextEquals("tool"u8) ? "tool" : json.ValueTextEquals("system"u8) ? "system" : json.GetString();
    }

    private static T Number<T>(ref Utf8JsonReader json)
        where T : struct, System.Numerics.INumber<T>
    {
        json.Read();
        return T.CreateChecked(json.GetInt64());
    }

    private static string? String(ref Utf8JsonReader json)
    {
        json.Read();
        return json.GetString();
    }

    private static List<string> Texts(ref Utf8JsonReader json)
    {
        var texts = new List<string>();
        json.Read();
        while (json.Read() && json.TokenType is not JsonTokenType.EndArray)
        {
            texts.Add(json.GetString() ?? throw new JsonException("An id is null."));
        }

        return texts;
    }

    private static List<StreamPiece> Pieces(ref Utf8JsonReader json)
    {
        var pieces = new List<StreamPiece>();
        json.Read();
        while (json.Read() && json.TokenType is JsonTokenType.StartObject)
        {
            var (stream, after, upTo) = (default(string), 0L, 0L);
            while (json.Read() && json.TokenType is JsonTokenType.PropertyName)
            {
                switch (json.GetString())
                {
                    case "stream": stream = String(ref json); break;
                    case "base": after = Number<long>(ref json); break;
                    case "upTo": upTo = Number<long>(ref json); break;
                    default: json.Skip(); break;
                }
            }

            pieces.Add(new StreamPiece(stream ?? throw new JsonException("A log of the chain has no name."), after, upTo));
        }

        return pieces;
    }
}
