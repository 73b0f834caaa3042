namespace Sira.Kernel.Plugins;

/// <summary>What a plugin holds of a pool until it settles or disposes of it; disposing gives everything back unused. The first of the two counts.</summary>
public interface IPluginReservation : IDisposable
{
    /// <summary>Replaces the amount reserved by what was used; more than was reserved becomes debt.</summary>
    /// <param name="used">The amount used, in the pool's unit; not negative.</param>
    void Settle(long used);
}
