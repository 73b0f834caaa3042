using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging;
using Sira.Decisions;
using Sira.Gateway.Caching.Flights;
using Sira.Gateway.Caching.Keys;
using Sira.Gateway.Caching.Semantic;
using Sira.Gateway.Caching.Storage;
using Sira.Requests;

namespace Sira.Gateway.Caching;

/// <summary>The cache itself, which the stages of all routes share: two levels, the semantic index, and what is under way.</summary>
internal sealed class ResponseCache
{
    private readonly EntryStore store;
    private readonly SecondLevelStore? secondLevel;
    private readonly SemanticLookup? semantic;
    private readonly ILogger logger;

    public ResponseCache(CacheOptions options, TimeProvider time, CacheTelemetry telemetry, SecondLevelStore? secondLevel, QuestionVectors? vectors, ILogger logger)
    {
        (Options, Time, Telemetry, this.secondLevel, this.logger) = (options, time, telemetry, secondLevel, logger);
        store = new EntryStore(options.MaxEntries, options.MaxBytes) { Changed = telemetry.Changed };
        semantic = vectors is null ? null : new SemanticLookup(vectors, new SemanticIndex(options.Semantic, vectors.IsLexical), ReadFresh);
    }

    public CacheOptions Options { get; }

    public TimeProvider Time { get; }

    public CacheTelemetry Telemetry { get; }

    public FlightTable Flights { get; } = new();

    public ILogger Logger => logger;

    /// <summary>Makes the keys of a request.</summary>
    /// <returns><see langword="null"/> when it is not to be cached.</returns>
    public RequestKey? CreateKey(IReadOnlyList<ChatMessage> messages, ChatOptions? options, string? route)
    {
        var request = RequestContext.Find(options);
        if (Options.RequireTenant && request?.Tenant is null)
        {
            return null;
        }

        try
        {
            return RequestKey.TryCreate(messages, options, route, request?.Tenant, Options.PartitionByUser ? request?.User : null);
        }
        catch (Exception exception)
        {
            // Parts of a request are the caller's own objects, and may throw when they are read: a disposed document, a list that changes.
            logger.KeyFailed(exception);
            return null;
        }
    }

    /// <summary>Reads a fresh answer from memory.</summary>
    public CacheEntry? ReadFresh(CacheKey key)
    {
        if (!store.TryGet(key, out var entry))
        {
            return null;
        }

        if (IsFresh(entry))
        {
            return entry;
        }

        if (!IsUsable(entry))
        {
            store.Remove(key, entry);
        }

        return null;
    }

    /// <summary>Reads an answer that has expired and may be given when nothing better can be had.</summary>
    /// <param name="key">The key.</param>
    /// <param name="candidate">One that was found elsewhere.</param>
    public CacheEntry? ReadStale(CacheKey key, CacheEntry? candidate) =>
        store.TryGet(key, out var entry) && IsUsable(entry) ? entry
        : candidate is not null && IsUsable(candidate) ? candidate
        : null;

    /// <summary>Looks where it takes longer: in the second level, then for a question that resembles this one.</summary>
    public async ValueTask<FlightLookup> FindAsync(RequestKey key, RequestContext? request, bool mayStore, CancellationToken cancellationToken)
    {
        // Another flight may have ended since the caller looked.
        if (ReadFresh(key.Exact) is { } own)
        {
            return new FlightLookup(own, null, null, default);
        }

        CacheEntry? expired = null;
        if (secondLevel is not null && await secondLevel.GetAsync(key.Exact, cancellationToken).ConfigureAwait(false) is { } entry)
        {
            if (IsFresh(entry))
            {
                if (mayStore)
                {
                    store.Set(key.Exact, entry);
                }

                return new FlightLookup(entry, null, null, default);
            }

            expired = entry;
        }

        if (semantic is null)
        {
            return new FlightLookup(null, null, expired, default);
        }

        var found = await semantic.FindAsync(key, request, cancellationToken).ConfigureAwait(false);
        return new FlightLookup(found.Entry, found.Entry is null ? null : found.Similarity, expired, found);
    }

    /// <summary>Stores an answer, if it may be stored.</summary>
    /// <returns>What was stored, or <see langword="null"/>.</returns>
    public async ValueTask<CacheEntry?> StoreAsync(RequestKey key, ChatResponse? response, SemanticLookupResult asked, CancellationToken cancellationToken)
    {
        if (response is null || !AnswerRules.IsStorable(response) || AnswerJson.TryWrite(response) is not { } json || json.Length > Options.MaxEntryBytes || !AnswerJson.CanBeRead(response, json))
        {
            return null;
        }

        var entry = new CacheEntry(json, Time.GetUtcNow(), response.GetRouteDecision()?.Target);
        store.Set(key.Exact, entry);
        semantic?.Remember(key, asked);
        if (secondLevel is not null)
        {
            await secondLevel.SetAsync(key.Exact, entry, cancellationToken).ConfigureAwait(false);
        }

        return entry;
    }

    private bool IsFresh(CacheEntry entry) => entry.AgeAt(Time.GetUtcNow()) < Options.TimeToLive;

    private bool IsUsable(CacheEntry entry) => entry.AgeAt(Time.GetUtcNow()) < Options.TimeToLive + Options.StaleFor;
}
