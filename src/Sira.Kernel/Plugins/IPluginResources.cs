using System.Diagnostics.CodeAnalysis;

namespace Sira.Kernel.Plugins;

/// <summary>The pools of the host that a plugin may reserve from, given with the permission <c>resources</c>, such as <c>resources: gpu</c>. What it holds when it stops is given back.</summary>
/// <remarks>Thread-safe.</remarks>
public interface IPluginResources
{
    /// <summary>Reserves an amount of a pool, or nothing.</summary>
    /// <param name="pool">The name of the pool.</param>
    /// <param name="amount">The amount, in the pool's unit; not negative.</param>
    /// <param name="reservation">What is then held, until it is settled or disposed of.</param>
    /// <param name="refusal">Otherwise, why: what was asked, what is used and when it may fit.</param>
    /// <returns>Whether it was reserved.</returns>
    /// <exception cref="Errors.SiraException">The plugin may not use the pool, or there is none of the name; the message says what to change.</exception>
    /// <exception cref="ObjectDisposedException">The plugin has stopped.</exception>
    bool TryReserve(string pool, long amount, [NotNullWhen(true)] out IPluginReservation? reservation, [NotNullWhen(false)] out string? refusal);
}
