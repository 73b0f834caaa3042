using Microsoft.Extensions.AI;

namespace Sira.Gateway.Caching;

/// <summary>Finds what the cache did on an answer.</summary>
public static class CacheStatusExtensions
{
    /// <summary>Returns what the cache did for a response.</summary>
    /// <param name="response">The response.</param>
    /// <returns>The status, or <see langword="null"/> when the response went past the cache.</returns>
    public static CacheStatus? GetCacheStatus(this ChatResponse response) => Find(response?.AdditionalProperties);

    /// <summary>Returns what the cache did for a stream. Only the last update carries it.</summary>
    /// <param name="update">The update.</param>
    /// <returns>The status, or <see langword="null"/> when this update does not carry it.</returns>
    public static CacheStatus? GetCacheStatus(this ChatResponseUpdate update) => Find(update?.AdditionalProperties);

    private static CacheStatus? Find(AdditionalPropertiesDictionary? properties) =>
        properties is not null && properties.TryGetValue(CacheStatus.PropertyName, out var value) ? value as CacheStatus : null;
}
