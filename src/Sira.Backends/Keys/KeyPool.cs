using Sira.Errors;

namespace Sira.Backends.Keys;

/// <summary>The API keys of one backend: rotates among those that work and rests those that a provider turned away. Thread-safe, without locks.</summary>
/// <remarks>
/// A pool never refuses: when every key rests, the one that is due first is taken, because the provider and not the pool knows whether it works again; holding back is the breakers' business.
/// Keys appear in no message and no log; a key is spoken of by its number and its last four characters, see <see cref="ApiKey.Hint"/>.
/// </remarks>
internal sealed class KeyPool
{
    /// <summary>How long a key rests after a rate limit that named no time.</summary>
    public static readonly TimeSpan RateLimitRest = TimeSpan.FromSeconds(5);

    /// <summary>How long a key rests whose quota is used up, when the provider named no time.</summary>
    public static readonly TimeSpan QuotaRest = TimeSpan.FromMinutes(5);

    /// <summary>How long a key rests that was refused: long, yet not for ever, since an account may be paid or a permission granted meanwhile.</summary>
    public static readonly TimeSpan RefusalRest = TimeSpan.FromMinutes(10);

    private readonly ApiKey[] keys;
    private readonly TimeProvider time;
    private uint turn;

    /// <param name="values">The keys; none for a backend that wants none. Repeated ones count once.</param>
    /// <param name="time">The clock.</param>
    public KeyPool(IEnumerable<string> values, TimeProvider time)
    {
        this.time = time;
        keys = [.. values.Distinct(StringComparer.Ordinal).Select((value, index) => new ApiKey(value, index))];
    }

    public int Count => keys.Length;

    /// <summary>Takes the next key in turn that is not resting, or the one that has rested longest.</summary>
    /// <returns>The key, or <see langword="null"/> when the backend has none.</returns>
    public ApiKey? Take()
    {
        if (keys.Length == 0)
        {
            return null;
        }

        var now = time.GetTimestamp();
        // The turn wraps around harmlessly: it is only ever used modulo the number of keys.
        var first = (int)((Interlocked.Increment(ref turn) - 1) % (uint)keys.Length);
        ApiKey? soonest = null;
        for (var i = 0; i < keys.Length; i++)
        {
            var key = keys[(first + i) % keys.Length];
            if (key.RestsUntil <= now)
            {
                return key;
            }

            soonest = soonest is null || key.RestsUntil < soonest.RestsUntil ? key : soonest;
        }

        return soonest;
    }

    /// <summary>Notes that an attempt with a key failed, and rests the key when it was the key's fault.</summary>
    /// <param name="key">The key that was used.</param>
    /// <param name="kind">What went wrong.</param>
    /// <param name="retryAfter">How long the provider asked to wait.</param>
    /// <returns>Whether another key may be tried now.</returns>
    public bool Report(ApiKey? key, BackendErrorKind kind, TimeSpan? retryAfter)
    {
        if (key is null || kind.Scope() != HealthScope.Key)
        {
            return false;
        }

        var rest = kind switch
        {
            BackendErrorKind.RateLimited => retryAfter ?? RateLimitRest,
            BackendErrorKind.QuotaExhausted => retryAfter ?? QuotaRest,
            _ => RefusalRest,
        };
        var now = time.GetTimestamp();
        key.RestUntil(now + (long)(rest.TotalSeconds * time.TimestampFrequency));
        foreach (var other in keys)
        {
            if (other != key && other.RestsUntil <= now)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Replaces every key in a text by its hint.</summary>
    public string Redact(string text)
    {
        foreach (var key in keys)
        {
            text = key.Redact(text);
        }

        return text;
    }

    /// <inheritdoc />
    public override string ToString() => keys.Length == 1 ? "1 key" : $"{keys.Length} keys";
}
