namespace Sira.Gateway.Caching;

/// <summary>Where an answer came from.</summary>
public enum CacheOutcome
{
    /// <summary>A model was asked for it.</summary>
    Miss,

    /// <summary>The cache had it.</summary>
    Hit,

    /// <summary>The cache had it and it had expired, but asking a model failed.</summary>
    StaleHit,
}
