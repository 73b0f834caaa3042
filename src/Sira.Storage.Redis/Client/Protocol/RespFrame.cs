namespace Sira.Storage.Redis.Client.Protocol;

/// <summary>A value that has begun and whose parts are being read.</summary>
internal struct RespFrame
{
    /// <summary>What <see cref="Remaining"/> is when the end comes as a mark.</summary>
    public const int UntilMark = -1;

    // What is announced need not come: room is made as values arrive.
    private const int FirstRoom = 256;

    private RespValue[] items;
    private int count;

    public RespFrame(RespType type, int remaining, bool isAttribute)
    {
        (Type, Remaining, IsAttribute) = (type, remaining, isAttribute);
        items = remaining == 0 ? [] : new RespValue[remaining == UntilMark ? 8 : Math.Min(remaining, FirstRoom)];
    }

    /// <summary>Of what; <see cref="RespType.BulkString"/> for a text that comes in chunks.</summary>
    public RespType Type { get; }

    /// <summary>Whether it only says something about the value that follows.</summary>
    public bool IsAttribute { get; }

    /// <summary>How many values are to come.</summary>
    public int Remaining { get; private set; }

    /// <summary>Takes a value in.</summary>
    /// <returns>Whether that was the last.</returns>
    public bool Add(in RespValue value)
    {
        if (count == items.Length)
        {
            Array.Resize(ref items, Remaining == UntilMark ? count * 2 : (int)Math.Min((long)count * 2, (long)count + Remaining));
        }

        items[count++] = value;
        return Remaining != UntilMark && --Remaining == 0;
    }

    /// <summary>Returns the value, whole.</summary>
    public readonly RespValue Close()
    {
        var all = items.AsSpan(0, count);
        if (Type is not RespType.BulkString)
        {
            return RespValue.Aggregate(count == items.Length ? items : all.ToArray(), Type);
        }

        var length = 0;
        foreach (var chunk in all)
        {
            length += chunk.Bytes.Length;
        }

        var text = new byte[length];
        var rest = text.AsSpan();
        foreach (var chunk in all)
        {
            chunk.Bytes.Span.CopyTo(rest);
            rest = rest[chunk.Bytes.Length..];
        }

        return RespValue.String(text);
    }
}
