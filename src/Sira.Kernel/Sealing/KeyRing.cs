using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;

namespace Sira.Kernel.Sealing;

/// <summary>A key ring in memory.</summary>
/// <remarks>
/// <para>Thread-safe. Rotation in a system of several processes has three steps: <see cref="Add"/> the new key everywhere, then <see cref="Rotate"/> to it everywhere, then <see cref="Remove"/> the old one once nothing that it sealed is kept any more.</para>
/// <para>A random nonce of 96 bits allows 2^32 seals for one key (NIST SP 800-38D, section 8.3). Rotate before that: at a thousand seals a second that is seven weeks.</para>
/// </remarks>
public sealed class KeyRing : IKeyRing
{
    private readonly Lock gate = new();
    private volatile State state;

    /// <summary>Initializes a new instance.</summary>
    /// <param name="current">The key that seals.</param>
    /// <param name="retired">Keys that only open.</param>
    /// <exception cref="ArgumentException">Two keys have the same id.</exception>
    public KeyRing(SealingKey current, params ReadOnlySpan<SealingKey> retired)
    {
        ArgumentNullException.ThrowIfNull(current);
        state = new State(current, FrozenDictionary.Create<string, SealingKey>(StringComparer.Ordinal, new KeyValuePair<string, SealingKey>(current.Id, current)));
        foreach (var key in retired)
        {
            Add(key);
        }
    }

    /// <inheritdoc />
    public SealingKey Current => state.Current;

    /// <inheritdoc />
    public bool TryGet(string id, [NotNullWhen(true)] out SealingKey? key)
    {
        ArgumentNullException.ThrowIfNull(id);
        return state.Keys.TryGetValue(id, out key);
    }

    /// <summary>Adds a key that opens, and does not seal yet.</summary>
    /// <param name="key">The key.</param>
    /// <exception cref="ArgumentException">The ring holds another key of this id.</exception>
    public void Add(SealingKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        lock (gate)
        {
            state = new State(state.Current, With(key));
        }
    }

    /// <summary>Makes a key the one that seals, adding it where the ring does not hold it. The one before goes on opening what it sealed.</summary>
    /// <param name="key">The new current key.</param>
    /// <exception cref="ArgumentException">The ring holds another key of this id.</exception>
    public void Rotate(SealingKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        lock (gate)
        {
            state = new State(key, With(key));
        }
    }

    /// <summary>Removes a key. What it sealed can no longer be opened.</summary>
    /// <param name="id">The id of the key.</param>
    /// <returns>Whether the ring held it.</returns>
    /// <exception cref="InvalidOperationException">It is the current key.</exception>
    public bool Remove(string id)
    {
        ArgumentNullException.ThrowIfNull(id);
        lock (gate)
        {
            if (state.Current.Id == id)
            {
                throw new InvalidOperationException($"The key '{id}' is the current one. Rotate to another key before removing it.");
            }

            if (!state.Keys.ContainsKey(id))
            {
                return false;
            }

            state = new State(state.Current, state.Keys.Where(pair => pair.Key != id).ToFrozenDictionary(StringComparer.Ordinal));
            return true;
        }
    }

    private FrozenDictionary<string, SealingKey> With(SealingKey key)
    {
        if (state.Keys.TryGetValue(key.Id, out var held))
        {
            return ReferenceEquals(held, key)
                ? state.Keys
                : throw new ArgumentException($"The ring holds another key with the id '{key.Id}'. Give each key an id of its own, such as the date of its making.", nameof(key));
        }

        return state.Keys.Append(new(key.Id, key)).ToFrozenDictionary(StringComparer.Ordinal);
    }

    private sealed record State(SealingKey Current, FrozenDictionary<string, SealingKey> Keys);
}
