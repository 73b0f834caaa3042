namespace Sira.Backends.RateLimits;

/// <summary>What a rate-limit header counts.</summary>
internal enum RateLimitResource
{
    /// <summary>Something that routing does not ask for: images, seconds of audio.</summary>
    Other,

    /// <summary>Requests.</summary>
    Requests,

    /// <summary>Tokens, read and generated together.</summary>
    Tokens,

    /// <summary>Tokens that are read, or those that are generated.</summary>
    PartOfTokens,
}
