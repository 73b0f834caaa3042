using Sira.Kernel.Registry;

namespace Sira.Backends.Keys;

/// <summary>The keys of all backends. A key keeps its number and its health across configuration reloads as long as it stays with its backend and its address; each is an endpoint of the kernel's service <see cref="ServiceNames.Keys"/>.</summary>
/// <remarks>A new key never takes the number of one that a request may still use, so that one is not taken for the other.</remarks>
internal sealed class KeyStore(IServiceRegistry registry)
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, List<ApiKey>> known = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Makes the pool of a backend.</summary>
    /// <param name="backend">The backend's name.</param>
    /// <param name="place">Where its keys are presented.</param>
    /// <param name="values">The keys. Repeated ones count once.</param>
    public KeyPool CreatePool(string backend, string place, IEnumerable<string> values)
    {
        lock (gate)
        {
            if (!known.TryGetValue(backend, out var keys))
            {
                known[backend] = keys = [];
            }

            return new KeyPool([.. values.Distinct(StringComparer.Ordinal).Select(value => GetOrCreate(backend, keys, value, place))]);
        }
    }

    /// <summary>Forgets the keys that are in none of the pools.</summary>
    public void Retain(IReadOnlyCollection<KeyPool> pools)
    {
        lock (gate)
        {
            foreach (var (backend, keys) in known)
            {
                foreach (var key in keys.FindAll(key => !pools.Any(pool => pool.Contains(key))))
                {
                    keys.Remove(key);
                    registry.Remove(ServiceNames.Keys, GetId(backend, key.Hint));
                }
            }
        }
    }

    private static string GetId(string backend, string hint) => $"{backend}/{hint}";

    private ApiKey GetOrCreate(string backend, List<ApiKey> keys, string value, string place)
    {
        if (keys.Find(key => key.Is(value, place)) is { } existing)
        {
            return existing;
        }

        var number = 1;
        while (keys.Exists(key => key.Number == number))
        {
            number++;
        }

        var created = new ApiKey(value, place, number, hint => registry.GetOrAdd(
            ServiceNames.Keys,
            new EndpointDefinition(GetId(backend, hint)) { Metadata = new Dictionary<string, string> { ["backend"] = backend, ["key"] = hint } },
            KeyHealth.Options).Breaker);
        keys.Add(created);
        return created;
    }
}
