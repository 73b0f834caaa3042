using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace Sira.Kernel.Resources;

/// <summary>Pools of one definition, one for each key: a budget for each tenant, a limit for each user.</summary>
/// <remarks>
/// <para>Thread-safe. Finding the pool of a key that has one takes no lock and allocates nothing.</para>
/// <para>The number of pools is bounded: a new one takes the place of one that is idle, of which nothing is used, no reservation is held and nobody waits, so that a new pool in its place would be no different. Whoever still has such a pool in hand reserves from its successor. When all are in use the family grows beyond the bound rather than forget what somebody has used, or let strangers share one limit, and shrinks again as they fall idle: each pool too many is backed by something really used.</para>
/// </remarks>
public sealed class ResourcePoolFamily
{
    /// <summary>What stands for the key in the name of a family: <c>{key}</c>.</summary>
    public const string KeyPlaceholder = "{key}";

    /// <summary>How many pools a family has at most unless it is told otherwise: 10,000.</summary>
    public const int DefaultMaximumPools = 10_000;

    // How many are looked at for each new one. A larger family is so gone through bit by bit, not at once under the lock.
    private const int Glances = 64;

    private readonly ConcurrentDictionary<string, ResourcePool> pools = new(StringComparer.Ordinal);
    private readonly Lock gate = new();
    private readonly TimeProvider time;

    // All pools in a ring, for the hand that goes round in search of idle ones.
    private readonly List<(string Key, ResourcePool Pool)> ring = [];
    private ResourcePoolDefinition definition;
    private int maximumPools;
    private int hand;

    internal ResourcePoolFamily(string name, ResourcePoolDefinition definition, int maximumPools, TimeProvider time) =>
        (Name, this.definition, this.maximumPools, this.time) = (name, definition, maximumPools, time);

    /// <summary>Gets the name, with <see cref="KeyPlaceholder"/> for the key: <c>money budget of tenant '{key}' per 1d</c>.</summary>
    public string Name { get; }

    /// <summary>Gets what all pools are.</summary>
    public ResourcePoolDefinition Definition => Volatile.Read(ref definition);

    /// <summary>Gets how many pools there are at most, but for those that cannot be spared.</summary>
    public int MaximumPools => Volatile.Read(ref maximumPools);

    /// <summary>Gets how many pools there are now.</summary>
    public int Count => pools.Count;

    /// <summary>Returns the pool of a key, a new one if there is none. Look it up for each reservation: a pool that has been kept may have been let go, and then shows nothing of what its successor holds.</summary>
    /// <param name="key">The key; compared by ordinal.</param>
    /// <returns>The pool.</returns>
    /// <exception cref="ArgumentException">The key is empty.</exception>
    public ResourcePool Get(string key)
    {
        ArgumentException.ThrowIfNullOrEmpty(key);
        return pools.TryGetValue(key, out var pool) ? pool : Renew(key);
    }

    /// <summary>Returns the pool of a key, if there is one. Where there is none, nothing is used.</summary>
    /// <param name="key">The key.</param>
    /// <param name="pool">The pool.</param>
    /// <returns>Whether there is one.</returns>
    public bool TryGet(string key, [NotNullWhen(true)] out ResourcePool? pool) => pools.TryGetValue(key, out pool);

    /// <summary>Gets the pools there are now, with their keys.</summary>
    internal IReadOnlyList<(string Key, ResourcePool Pool)> Members => [.. pools.Select(static pair => (pair.Key, pair.Value))];

    internal ResourcePool Renew(string key)
    {
        lock (gate)
        {
            if (!pools.TryGetValue(key, out var pool))
            {
                Sweep();
                pool = Create(key);
                ring.Add((key, pool));
                pools[key] = pool;
            }

            return pool;
        }
    }

    internal void Reconfigure(ResourcePoolDefinition next, int nextMaximum)
    {
        var sameKind = false;
        List<ResourcePool>? waitedFor = null;
        lock (gate)
        {
            Volatile.Write(ref maximumPools, nextMaximum);
            var previous = definition;
            if (previous == next)
            {
                return;
            }

            Volatile.Write(ref definition, next);
            sameKind = previous.DiffersOnlyInLimit(next);
            for (var i = 0; i < ring.Count; i++)
            {
                var (key, pool) = ring[i];
                if (sameKind)
                {
                    pool.SetLimit(next.Limit);
                    if (pool.IsWaitedFor)
                    {
                        (waitedFor ??= []).Add(pool);
                    }
                }
                else
                {
                    var successor = Create(key);
                    previous.CarryOver(pool, next, successor);
                    ring[i] = (key, successor);
                    pools[key] = successor;
                }
            }
        }

        // Not under the lock: who waits continues on this thread.
        waitedFor?.ForEach(static pool => pool.SignalRoom());
    }

    private ResourcePool Create(string key)
    {
        var pool = definition.Create(Name.Replace(KeyPlaceholder, key, StringComparison.Ordinal), time);
        pool.Join(this, key);
        return pool;
    }

    private void Sweep()
    {
        for (var glances = Glances; glances > 0 && ring.Count >= maximumPools && ring.Count > 0; glances--)
        {
            hand = hand < ring.Count ? hand : 0;
            var (key, pool) = ring[hand];
            if (pool.TryRetire())
            {
                pools.TryRemove(key, out _);
                ring[hand] = ring[^1];
                ring.RemoveAt(ring.Count - 1);
            }
            else
            {
                hand++;
            }
        }
    }
}
