using System.Runtime.Loader;

namespace Sira.Plugins.Loading.Healing;

/// <summary>Cuts one kind of tie by which the runtime keeps the code of plugins in memory.</summary>
/// <remarks>It touches only what belongs to the context. What it needs of the runtime's internals may not be there in another version; it then heals nothing.</remarks>
internal interface ILeakHealer
{
    /// <summary>Gets what is healed, for the log.</summary>
    string Heals { get; }

    /// <summary>Gets the member of the runtime that is not there; <see langword="null"/> when all are.</summary>
    string? Missing { get; }

    /// <summary>Gets a value indicating whether healing costs the host something, so that it is done only for contexts that collections alone did not remove.</summary>
    bool IsCostly { get; }

    /// <summary>Cuts the ties to a context.</summary>
    /// <param name="context">The context, whose plugin has ended.</param>
    /// <returns>How many were cut.</returns>
    int Heal(AssemblyLoadContext context);
}
