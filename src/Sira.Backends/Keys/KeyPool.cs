using Sira.Errors;
using Sira.Kernel.Health;

namespace Sira.Backends.Keys;

/// <summary>The API keys of one backend: rotates among those that work and rests those that a provider turned away. Thread-safe, without locks while the keys work.</summary>
/// <remarks>
/// Each key has a breaker. When its rest is over, one request probes it while the others use other keys; the probe's success brings it back.
/// A pool never refuses: when every key is broken, the one that is due first is taken, because the provider and not the pool knows whether it works again; holding back is the gateway's business.
/// Keys appear in no message and no log; a key is spoken of by its number and its last four characters, see <see cref="ApiKey.Hint"/>.
/// </remarks>
/// <param name="keys">The keys; none for a backend that wants none.</param>
internal sealed class KeyPool(ApiKey[] keys)
{
    private uint turn;

    public int Count => keys.Length;

    /// <summary>Takes the next key in turn that works or may be probed; when there is none, the one that is due first. The lease is handed back exactly once, to <see cref="Succeed"/>, <see cref="Fail"/> or <see cref="Release"/>.</summary>
    /// <returns>The lease; without a key when the backend has none.</returns>
    public KeyLease Take()
    {
        if (keys.Length == 0)
        {
            return default;
        }

        // The turn wraps around harmlessly: it is only ever used modulo the number of keys.
        var first = (int)((Interlocked.Increment(ref turn) - 1) % (uint)keys.Length);
        for (var i = 0; i < keys.Length; i++)
        {
            var key = keys[(first + i) % keys.Length];
            if (key.Breaker.TryEnter(out var permit))
            {
                return new KeyLease(key, permit);
            }
        }

        return new KeyLease(FindSoonest(first), default);
    }

    /// <summary>Notes that the provider took the key. A probe thereby closes its breaker.</summary>
    public static void Succeed(in KeyLease lease) => lease.Key?.Breaker.Record(lease.Permit, CircuitOutcome.Success);

    /// <summary>Notes that the attempt says nothing of the key: it was cancelled, or failed for another reason. A probe gives its place back.</summary>
    public static void Release(in KeyLease lease) => lease.Key?.Breaker.Record(lease.Permit, CircuitOutcome.Neutral);

    /// <summary>Notes that the provider turned the key away.</summary>
    /// <param name="lease">The lease.</param>
    /// <param name="kind">What went wrong; of <see cref="HealthScope.Key"/>.</param>
    /// <param name="retryAfter">How long the provider asked to wait.</param>
    /// <returns>Whether another key may be tried now.</returns>
    public bool Fail(in KeyLease lease, BackendErrorKind kind, TimeSpan? retryAfter)
    {
        if (lease.Key is not { } key)
        {
            return false;
        }

        key.Breaker.Record(lease.Permit, CircuitOutcome.Failure, KeyHealth.GetRest(kind, retryAfter));
        return HasOther(key);
    }

    /// <summary>As <see cref="Fail"/>, for a lease that was handed back as a success already: the provider said so within an answer that had begun well.</summary>
    public bool FailLate(in KeyLease lease, BackendErrorKind kind, TimeSpan? retryAfter)
    {
        var permit = default(CircuitPermit);
        _ = lease.Key?.Breaker.TryEnter(out permit);
        return Fail(lease with { Permit = permit }, kind, retryAfter);
    }

    /// <summary>Returns how the keys are now.</summary>
    public IReadOnlyList<KeyStatus> GetStatus()
    {
        var status = new KeyStatus[keys.Length];
        for (var i = 0; i < keys.Length; i++)
        {
            var breaker = keys[i].Breaker;
            var state = breaker.State;
            // Read in this order, a break that ends in between shows as one without rest.
            status[i] = new KeyStatus(keys[i].Hint, state, state == CircuitState.Open ? Positive(breaker.RemainingBreak) : TimeSpan.Zero);
        }

        return status;
    }

    /// <summary>Whether a key is one of the pool's.</summary>
    public bool Contains(ApiKey key) => Array.IndexOf(keys, key) >= 0;

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

    private static TimeSpan Positive(TimeSpan value) => value > TimeSpan.Zero ? value : TimeSpan.Zero;

    private bool HasOther(ApiKey failed)
    {
        foreach (var other in keys)
        {
            if (other != failed && other.Breaker.CanEnter())
            {
                return true;
            }
        }

        return false;
    }

    // One that is being probed is due already: of all that are broken, it is the likeliest to work.
    private ApiKey FindSoonest(int first)
    {
        var soonest = keys[first];
        var least = soonest.Breaker.RemainingBreak;
        for (var i = 1; i < keys.Length; i++)
        {
            var key = keys[(first + i) % keys.Length];
            var remaining = key.Breaker.RemainingBreak;
            if (remaining < least)
            {
                (soonest, least) = (key, remaining);
            }
        }

        return soonest;
    }
}
