using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace Sira.Kernel.Resources;

/// <summary>Keeps the pools of the house by name, so that they survive a reload of the configuration with what is used of them.</summary>
/// <remarks>Thread-safe. Names are compared by ordinal. Pools stay until they are removed.</remarks>
public sealed class ResourcePoolRegistry
{
    private readonly ConcurrentDictionary<string, Entry> entries = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, ResourcePoolFamily> families = new(StringComparer.Ordinal);
    private readonly Lock gate = new();
    private readonly TimeProvider time;
    private readonly bool isFixed;

    /// <summary>Initializes a new instance.</summary>
    /// <param name="time">The clock of the pools that have a window.</param>
    public ResourcePoolRegistry(TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(time);
        this.time = time;
    }

    private ResourcePoolRegistry(ResourcePoolRegistry shared) =>
        (entries, families, gate, time, isFixed) = (shared.entries, shared.families, shared.gate, shared.time, true);

    /// <summary>Gets the pools there are now, in no particular order.</summary>
    public IReadOnlyList<ResourcePool> Pools => [.. entries.Values.Select(entry => entry.Pool)];

    /// <summary>Gets the families there are now, in no particular order. Their pools are not among <see cref="Pools"/>.</summary>
    public IReadOnlyList<ResourcePoolFamily> Families => [.. families.Values];

    /// <summary>Gets the pools there are now, each with what defines it.</summary>
    internal IReadOnlyList<(ResourcePool Pool, ResourcePoolDefinition Definition)> Defined => [.. entries.Values.Select(static entry => (entry.Pool, entry.Definition))];

    /// <summary>Returns a registry of the same pools that adds new ones but leaves those there are as they are defined, for what is tried out beside what defines them.</summary>
    /// <returns>The registry; what it adds is in this one as well.</returns>
    public ResourcePoolRegistry WithFixedDefinitions() => new(this);

    /// <summary>Returns the pool of a name, as defined: a new one, the one there is, or the one there is with another limit.</summary>
    /// <remarks>Another limit keeps the pool. Another kind or window makes a new pool that begins with what was used of the old one, so that a reload never refills a budget; only slots and another unit begin at nothing. Reservations end in the pool in which they were made.</remarks>
    /// <param name="name">The name that a rejection quotes, unique within the registry.</param>
    /// <param name="definition">The kind, limit, window and unit.</param>
    /// <returns>The pool.</returns>
    public ResourcePool GetOrAdd(string name, ResourcePoolDefinition definition)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(definition);
        return entries.TryGetValue(name, out var entry) && (isFixed || entry.Definition == definition) ? entry.Pool : Define(name, definition);
    }

    /// <summary>Returns the pool of a name, if there is one.</summary>
    /// <param name="name">The name.</param>
    /// <param name="pool">The pool.</param>
    /// <returns>Whether there is one.</returns>
    public bool TryGet(string name, [NotNullWhen(true)] out ResourcePool? pool)
    {
        pool = entries.TryGetValue(name, out var entry) ? entry.Pool : null;
        return pool is not null;
    }

    /// <summary>Forgets a pool and what was used of it. Reservations in it end as usual.</summary>
    /// <param name="name">The name.</param>
    /// <returns>Whether there was one.</returns>
    public bool Remove(string name)
    {
        lock (gate)
        {
            return entries.TryRemove(name, out _);
        }
    }

    /// <summary>Returns the family of a name, as defined: a new one, or the one there is, whose pools then have the new limit, or are replaced by such as begin with what was used, as <see cref="GetOrAdd"/> says.</summary>
    /// <param name="name">The name of its pools, with <see cref="ResourcePoolFamily.KeyPlaceholder"/> for the key, unique within the registry: <c>money budget of tenant '{key}' per 1d</c>.</param>
    /// <param name="definition">The kind, limit, window and unit of each pool.</param>
    /// <param name="maximumPools">How many pools it keeps at most, but for those that cannot be spared.</param>
    /// <returns>The family.</returns>
    /// <exception cref="ArgumentException">The name has no place for the key.</exception>
    /// <exception cref="ArgumentOutOfRangeException">Not even one pool is allowed.</exception>
    public ResourcePoolFamily GetOrAddFamily(string name, ResourcePoolDefinition definition, int maximumPools = ResourcePoolFamily.DefaultMaximumPools)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(definition);
        ArgumentOutOfRangeException.ThrowIfLessThan(maximumPools, 1);
        if (!name.Contains(ResourcePoolFamily.KeyPlaceholder, StringComparison.Ordinal))
        {
            throw new ArgumentException($"The name '{name}' has no place for the key. Write {ResourcePoolFamily.KeyPlaceholder} where it belongs.", nameof(name));
        }

        var family = families.GetOrAdd(name, static (name, state) => new ResourcePoolFamily(name, state.definition, state.maximumPools, state.time), (definition, maximumPools, time));
        if (!isFixed)
        {
            family.Reconfigure(definition, maximumPools);
        }

        return family;
    }

    /// <summary>Forgets a family and what was used of its pools. Reservations in them end as usual.</summary>
    /// <param name="name">The name.</param>
    /// <returns>Whether there was one.</returns>
    public bool RemoveFamily(string name) => families.TryRemove(name, out _);

    private ResourcePool Define(string name, ResourcePoolDefinition definition)
    {
        ResourcePool pool;
        lock (gate)
        {
            if (!entries.TryGetValue(name, out var existing))
            {
                pool = definition.Create(name, time);
            }
            else if (existing.Definition.DiffersOnlyInLimit(definition))
            {
                pool = existing.Pool;
                pool.SetLimit(definition.Limit);
            }
            else
            {
                pool = definition.Create(name, time);
                existing.Definition.CarryOver(existing.Pool, definition, pool);
            }

            entries[name] = new Entry(definition, pool);
        }

        // Not under the lock: who waits continues on this thread.
        pool.SignalRoom();
        return pool;
    }

    private sealed record Entry(ResourcePoolDefinition Definition, ResourcePool Pool);
}
