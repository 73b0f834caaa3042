using System.Collections.Frozen;
using Sira.Kernel.Time;
using Sira.Storage.Codecs.Format;
using Sira.Storage.Keys;

namespace Sira.Storage.Codecs.Encryption;

/// <summary>Finds the key for a value: in memory, or in the engine.</summary>
internal sealed class DataKeyProvider(DataKeyStore store, DataKeyCache cache, DataKeyWatch watch, IEnumerable<SubjectRule> rules, DataKeyOptions options, IRandomSource random, CodecErrors errors)
{
    private readonly FrozenDictionary<string, SubjectRule> rules = rules.ToFrozenDictionary(static rule => rule.Namespace, StringComparer.Ordinal);
    private readonly int step = options.CountingStep;

    public KeySubject SubjectOf(in StoreKey key) =>
        rules.TryGetValue(key.Namespace, out var rule) && rule.Select(key) is { Length: > 0 } name ? new KeySubject(key.Tenant, rule.Scope, name) : new KeySubject(key.Tenant);

    /// <summary>Returns the key that encrypts for a subject, making it where there is none.</summary>
    public ValueTask<DataKey> ForWritingAsync(in KeySubject subject, CancellationToken cancellationToken)
    {
        var isCounted = random.Next(step) == 0;
        return !isCounted && cache.Find(subject)?.Current is { } key ? ValueTask.FromResult(key) : FindAsync(subject, isCounted, cancellationToken);
    }

    /// <summary>Returns the key that a value was encrypted with.</summary>
    public ValueTask<DataKey> ForReadingAsync(in ValueAddress address, SubjectId id, uint generation, CancellationToken cancellationToken) =>
        cache.Find(id)?.Find(generation) is { } key ? ValueTask.FromResult(key) : ReadAsync(address, id, generation, cancellationToken);

    /// <summary>Makes sure, after a write, that its key was not erased while it was written.</summary>
    public ValueTask VerifyAsync(in ValueAddress address, DataKey key, CancellationToken cancellationToken) =>
        key.IsClosed ? LookAgainAsync(address, key, cancellationToken) : ValueTask.CompletedTask;

    private async ValueTask<DataKey> FindAsync(KeySubject subject, bool isCounted, CancellationToken cancellationToken)
    {
        var id = SubjectId.Of(subject);
        await watch.StartAsync(cancellationToken).ConfigureAwait(false);
        var keys = cache.Find(id);
        while (true)
        {
            if (keys?.Current is { } key)
            {
                if (!isCounted)
                {
                    cache.Remember(subject, keys);
                    return key;
                }

                isCounted = false;
                await store.CountAsync(id, key.Generation, cancellationToken).ConfigureAwait(false);
            }
            else if (keys is not null)
            {
                await store.EnsureAsync(id, cancellationToken).ConfigureAwait(false);
            }

            keys = await cache.ReadAsync(id, cancellationToken).ConfigureAwait(false) ?? await CreateAsync(id, cancellationToken).ConfigureAwait(false);
        }
    }

    private async ValueTask<SubjectKeys?> CreateAsync(SubjectId id, CancellationToken cancellationToken)
    {
        await store.EnsureAsync(id, cancellationToken).ConfigureAwait(false);
        return await cache.ReadAsync(id, cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask<DataKey> ReadAsync(ValueAddress address, SubjectId id, uint generation, CancellationToken cancellationToken)
    {
        var keys = cache.Find(id);
        if (keys is null || generation > keys.Record.ErasedThrough)
        {
            await watch.StartAsync(cancellationToken).ConfigureAwait(false);
            keys = await cache.ReadAsync(id, cancellationToken).ConfigureAwait(false);
        }

        return keys?.Find(generation)
            ?? throw (keys is not null && generation <= keys.Record.ErasedThrough
                ? errors.Erased(address, DateTimeOffset.FromUnixTimeMilliseconds(keys.Record.ErasedAt))
                : errors.KeyMissing(address, generation));
    }

    private async ValueTask LookAgainAsync(ValueAddress address, DataKey key, CancellationToken cancellationToken)
    {
        var (record, _) = await store.ReadAsync(key.Subject, cancellationToken).ConfigureAwait(false);
        if (record is null || key.Generation <= record.ErasedThrough)
        {
            throw errors.ErasedMeanwhile(address);
        }
    }
}
