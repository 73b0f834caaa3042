namespace Sira.Backends.Http;

/// <summary>How a provider wants its key: in which header, after which word.</summary>
/// <param name="Header">The header's name.</param>
/// <param name="Prefix">What stands before the key, its space included.</param>
public readonly record struct AuthScheme(string Header, string Prefix)
{
    /// <summary>Gets <c>Authorization: Bearer …</c>, as OpenAI and most others want it.</summary>
    public static AuthScheme Bearer { get; } = new("Authorization", "Bearer ");

    /// <summary>Gets <c>api-key: …</c>, as Azure wants it.</summary>
    public static AuthScheme ApiKey { get; } = new("api-key", string.Empty);

    /// <summary>Gets <c>x-api-key: …</c>, as Anthropic wants it.</summary>
    public static AuthScheme XApiKey { get; } = new("x-api-key", string.Empty);

    /// <summary>Gets <c>x-goog-api-key: …</c>, as Google wants it.</summary>
    public static AuthScheme XGoogApiKey { get; } = new("x-goog-api-key", string.Empty);
}
