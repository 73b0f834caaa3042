namespace Sira.Backends.RateLimits;

/// <summary>The name of a rate-limit header, taken apart: <c>x-ratelimit-remaining-tokens-minute</c>, <c>anthropic-ratelimit-tokens-remaining</c>, <c>ratelimit-remaining</c>.</summary>
internal readonly ref struct RateLimitHeader
{
    // OpenAI and who follows it, Anthropic, the earlier drafts of the IETF.
    private static readonly string[] Prefixes = ["x-ratelimit-", "anthropic-ratelimit-", "ratelimit-"];

    private RateLimitHeader(RateLimitAspect aspect, ReadOnlySpan<char> name)
    {
        Aspect = aspect;
        Name = name;
        Resource = Classify(name);
    }

    /// <summary>Gets what the header says of the limit.</summary>
    public RateLimitAspect Aspect { get; }

    /// <summary>Gets the limit's name, window included: <c>tokens-minute</c>; empty for a header that names none.</summary>
    public ReadOnlySpan<char> Name { get; }

    /// <summary>Gets what is limited. A limit without a name is one of requests.</summary>
    public RateLimitResource Resource { get; }

    /// <summary>Takes a name apart.</summary>
    public static bool TryParse(string header, out RateLimitHeader parsed)
    {
        foreach (var prefix in Prefixes)
        {
            if (header.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))
            {
                return TrySplit(header.AsSpan(prefix.Length), out parsed);
            }
        }

        parsed = default;
        return false;
    }

    private static bool TrySplit(ReadOnlySpan<char> rest, out RateLimitHeader parsed)
    {
        var dash = rest.IndexOf('-');
        var first = dash < 0 ? rest : rest[..dash];
        if (TryAspect(first, out var aspect))
        {
            parsed = new RateLimitHeader(aspect, dash < 0 ? default : rest[(dash + 1)..]);
            return true;
        }

        // Anthropic's stands last.
        dash = rest.LastIndexOf('-');
        if (dash > 0 && TryAspect(rest[(dash + 1)..], out aspect))
        {
            parsed = new RateLimitHeader(aspect, rest[..dash]);
            return true;
        }

        parsed = default;
        return false;
    }

    private static bool TryAspect(ReadOnlySpan<char> word, out RateLimitAspect aspect)
    {
        aspect = Is(word, "limit") ? RateLimitAspect.Limit
            : Is(word, "remaining") ? RateLimitAspect.Remaining
            : Is(word, "reset") ? RateLimitAspect.Reset
            : Is(word, "renewalperiod") ? RateLimitAspect.Period
            : RateLimitAspect.None;
        return aspect != RateLimitAspect.None;
    }

    private static RateLimitResource Classify(ReadOnlySpan<char> name) =>
        name.IsEmpty || IsWindowOf(name, "requests") || IsWindowOf(name, "req") ? RateLimitResource.Requests
        : IsWindowOf(name, "tokens") ? RateLimitResource.Tokens
        : IsWindowOf(name, "input-tokens") || IsWindowOf(name, "output-tokens") ? RateLimitResource.PartOfTokens
        : RateLimitResource.Other;

    // tokens, tokens-minute, req-10-second.
    private static bool IsWindowOf(ReadOnlySpan<char> name, string resource) =>
        name.StartsWith(resource, StringComparison.OrdinalIgnoreCase) && (name.Length == resource.Length || (name[resource.Length] == '-' && !name.EndsWith("-cost", StringComparison.OrdinalIgnoreCase)));

    private static bool Is(ReadOnlySpan<char> word, string other) => word.Equals(other, StringComparison.OrdinalIgnoreCase);
}
