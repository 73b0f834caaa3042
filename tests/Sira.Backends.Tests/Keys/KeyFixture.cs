using Sira.Backends.Keys;
using Sira.Errors;
using Sira.Kernel.Registry;
using Sira.Kernel.Time;
using Sira.Simulation.Time;

namespace Sira.Backends.Tests.Keys;

/// <summary>A store of keys in virtual time.</summary>
internal sealed class KeyFixture
{
    public KeyFixture()
    {
        Registry = new ServiceRegistry(Time, new SeededRandomSource(1));
        Store = new KeyStore(Registry);
    }

    public VirtualTimeProvider Time { get; } = new();

    public ServiceRegistry Registry { get; }

    public KeyStore Store { get; }

    public KeyPool Create(params string[] keys) => Store.CreatePool("openai", "https://api.test", keys);

    public void Seconds(double seconds) => Time.Advance(TimeSpan.FromSeconds(seconds));

    public static string? Value(KeyLease lease) => lease.Key?.Present(string.Empty);

    /// <summary>Takes keys that all succeed.</summary>
    public static IReadOnlyList<string?> Use(KeyPool pool, int count)
    {
        var used = new string?[count];
        for (var i = 0; i < count; i++)
        {
            var lease = pool.Take();
            used[i] = Value(lease);
            KeyPool.Succeed(lease);
        }

        return used;
    }

    /// <summary>Takes keys in turn until the one asked for comes, which is turned away; the others succeed.</summary>
    public static bool TurnAway(KeyPool pool, string key, BackendErrorKind kind = BackendErrorKind.RateLimited, TimeSpan? retryAfter = null)
    {
        for (var i = 0; i < pool.Count; i++)
        {
            var lease = pool.Take();
            if (Value(lease) == key)
            {
                return pool.Fail(lease, kind, retryAfter);
            }

            KeyPool.Succeed(lease);
        }

        throw new InvalidOperationException($"The pool does not hand out '{key}'.");
    }
}
