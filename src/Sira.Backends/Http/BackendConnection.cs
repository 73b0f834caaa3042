using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Sira.Backends.Keys;
using Sira.Backends.RateLimits;

namespace Sira.Backends.Http;

/// <summary>Where one backend is and how to be let in; shared by the clients of all its models.</summary>
internal sealed class BackendConnection
{
    /// <summary>The largest body or stream that is read when the options do not say otherwise: 64 MiB, far above any answer in text and enough for some generated images.</summary>
    public const long DefaultMaximumResponseBytes = 64L * 1024 * 1024;

    public required string Backend { get; init; }

    public required string Provider { get; init; }

    /// <summary>Gets the address that paths are appended to.</summary>
    public required Uri Endpoint { get; init; }

    public required KeyPool Keys { get; init; }

    /// <summary>Gets what the provider said of its rate limits.</summary>
    public RateLimitTable RateLimits { get; } = new();

    public AuthScheme Auth { get; init; } = AuthScheme.Bearer;

    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    /// <summary>Gets what is appended to every query, such as <c>api-version=2024-10-21</c>.</summary>
    public string? Query { get; init; }

    public bool RequiresFinishReason { get; init; } = true;

    public long MaximumResponseBytes { get; init; } = DefaultMaximumResponseBytes;

    public required IHttpClientFactory Clients { get; init; }

    public required TimeProvider Time { get; init; }

    public ILogger Logger { get; init; } = NullLogger.Instance;

    /// <summary>Returns the address of a request.</summary>
    /// <param name="path">The wire's path, which may carry a query of its own; an absolute address stands for itself.</param>
    public Uri GetAddress(string path)
    {
        if (Uri.TryCreate(path, UriKind.Absolute, out var absolute) && absolute.Scheme is "http" or "https")
        {
            return absolute;
        }

        var address = string.Concat(Endpoint.GetLeftPart(UriPartial.Path).TrimEnd('/'), "/", path.TrimStart('/'));
        address = Append(address, Endpoint.Query.TrimStart('?'));
        return new Uri(Append(address, Query));
    }

    private static string Append(string address, string? query) =>
        string.IsNullOrEmpty(query) ? address : string.Concat(address, address.Contains('?', StringComparison.Ordinal) ? "&" : "?", query);
}
