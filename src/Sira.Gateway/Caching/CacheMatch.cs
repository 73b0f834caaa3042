namespace Sira.Gateway.Caching;

/// <summary>How a request matched a kept answer.</summary>
public enum CacheMatch
{
    /// <summary>The requests are the same.</summary>
    Exact,

    /// <summary>The last messages of the requests resemble each other; everything else is the same.</summary>
    Semantic,
}
