using System.Diagnostics;

namespace Sira.Backends.Keys;

/// <summary>One API key and until when it rests. Never shows the key.</summary>
[DebuggerDisplay("{Hint}")]
internal sealed class ApiKey
{
    // Shorter keys give away too much of themselves in four characters.
    private const int ShortestHinted = 16;

    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    private readonly string value;

    private long restsUntil = long.MinValue;

    public ApiKey(string value, int index)
    {
        this.value = value;
        Hint = value.Length >= ShortestHinted ? $"key {index + 1} (…{value[^4..]})" : $"key {index + 1}";
    }

    /// <summary>Gets what may be shown of it.</summary>
    public string Hint { get; }

    /// <summary>Gets the timestamp from which it may be used again.</summary>
    public long RestsUntil => Volatile.Read(ref restsUntil);

    /// <summary>Returns the header value that presents it.</summary>
    public string Present(string prefix) => prefix.Length == 0 ? value : string.Concat(prefix, value);

    /// <summary>Rests it; a rest that lasts longer already is kept.</summary>
    public void RestUntil(long timestamp)
    {
        long current;
        do
        {
            current = Volatile.Read(ref restsUntil);
            if (current >= timestamp)
            {
                return;
            }
        }
        while (Interlocked.CompareExchange(ref restsUntil, timestamp, current) != current);
    }

    public string Redact(string text) => value.Length == 0 ? text : text.Replace(value, $"[{Hint}]", StringComparison.Ordinal);

    /// <inheritdoc />
    public override string ToString() => Hint;
}
