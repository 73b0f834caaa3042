using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.AI;
using Sira.Gateway.Events;
using Sira.Kernel.Diagnostics;
using Sira.Kernel.Messaging;
using Sira.Requests;

namespace Sira.Gateway.Caching;

/// <summary>Counts what the cache does, and tells the bus. Without content.</summary>
/// <param name="bus">The bus; <see langword="null"/> where there is no container.</param>
internal sealed class CacheTelemetry(IMessageBus? bus)
{
    private static readonly Counter<long> Requests = SiraDiagnostics.Meter.CreateCounter<long>("sira.cache.requests", "{request}", "Requests that reached the response cache.");
    private static readonly UpDownCounter<long> Entries = SiraDiagnostics.Meter.CreateUpDownCounter<long>("sira.cache.entries", "{entry}", "Answers in the memory of the response cache.");
    private static readonly UpDownCounter<long> Size = SiraDiagnostics.Meter.CreateUpDownCounter<long>("sira.cache.size", "By", "Bytes of the answers in the memory of the response cache.");
    private static readonly Counter<long> Evictions = SiraDiagnostics.Meter.CreateCounter<long>("sira.cache.evictions", "{entry}", "Answers that had to make room for others.");

    public void Hit(RequestContext? request, string? route, CacheStatus status, UsageDetails? usage)
    {
        Count(route, status.Outcome == CacheOutcome.StaleHit ? "stale_hit" : "hit", status.Match == CacheMatch.Semantic ? "semantic" : "exact");
        bus?.Publish(new CacheHit(request, route, status, usage));
    }

    public void Miss(RequestContext? request, string? route, bool isStored)
    {
        Count(route, "miss", match: null);
        bus?.Publish(new CacheMiss(request, route, isStored));
    }

    /// <summary>Counts a request that went past the cache.</summary>
    public void Skip(string? route) => Count(route, "skip", match: null);

    public void Changed(int entries, long bytes, int evicted)
    {
        Entries.Add(entries);
        Size.Add(bytes);
        if (evicted > 0)
        {
            Evictions.Add(evicted);
        }
    }

    private static void Count(string? route, string outcome, string? match)
    {
        if (!Requests.Enabled)
        {
            return;
        }

        var tags = new TagList { { "sira.cache.outcome", outcome } };
        if (match is not null)
        {
            tags.Add("sira.cache.match", match);
        }

        if (route is not null)
        {
            tags.Add("sira.route", route);
        }

        Requests.Add(1, tags);
    }
}
