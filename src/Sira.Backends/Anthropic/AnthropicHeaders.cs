namespace Sira.Backends.Anthropic;

/// <summary>The headers of the Messages API.</summary>
internal static class AnthropicHeaders
{
    /// <summary>The header that carries the key.</summary>
    public const string ApiKey = "x-api-key";

    /// <summary>The header that carries the version of the API; demanded on every request.</summary>
    public const string Version = "anthropic-version";

    /// <summary>The version that is spoken.</summary>
    public const string VersionValue = "2023-06-01";

    /// <summary>The header that carries the betas a request uses, separated by commas.</summary>
    public const string Beta = "anthropic-beta";
}
