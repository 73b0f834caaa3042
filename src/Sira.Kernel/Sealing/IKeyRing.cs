using System.Diagnostics.CodeAnalysis;

namespace Sira.Kernel.Sealing;

/// <summary>The keys that seal and open data. One is current and seals; the others only open what was sealed before.</summary>
/// <remarks>Implementations are thread-safe and may read from a vault; both members are called for every seal and every opening, so they answer from memory.</remarks>
public interface IKeyRing
{
    /// <summary>Gets the key that seals now.</summary>
    SealingKey Current { get; }

    /// <summary>Finds a key by its id.</summary>
    /// <param name="id">The id that is written beside what was sealed; case matters.</param>
    /// <param name="key">The key; <see langword="null"/> when this returns <see langword="false"/>.</param>
    /// <returns>Whether the ring holds it.</returns>
    bool TryGet(string id, [NotNullWhen(true)] out SealingKey? key);
}
