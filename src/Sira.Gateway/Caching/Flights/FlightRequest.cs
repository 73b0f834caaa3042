using Microsoft.Extensions.AI;
using Sira.Gateway.Caching.Keys;
using Sira.Requests;

namespace Sira.Gateway.Caching.Flights;

/// <summary>One request, as the cache sees it.</summary>
/// <param name="Key">Its keys.</param>
/// <param name="Messages">The messages.</param>
/// <param name="Options">The options.</param>
/// <param name="Mode">What the cache may do for it.</param>
/// <param name="IsStreaming">Whether a stream was asked for.</param>
internal sealed record FlightRequest(RequestKey Key, IReadOnlyList<ChatMessage> Messages, ChatOptions? Options, CacheMode Mode, bool IsStreaming)
{
    public RequestContext? Request { get; } = RequestContext.Find(Options);

    public bool MayRead => Mode != CacheMode.Refresh;

    public bool MayStore => Mode != CacheMode.ReadOnly;
}
