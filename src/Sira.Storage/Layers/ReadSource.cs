namespace Sira.Storage.Layers;

/// <summary>Where a value came from.</summary>
public enum ReadSource
{
    /// <summary>The engine below was asked.</summary>
    Engine,

    /// <summary>A copy that nothing is known to have changed.</summary>
    Cache,

    /// <summary>A copy that may have been changed, because the engine below failed or was slow; see <see cref="StaleReadOptions"/>.</summary>
    Stale,
}
