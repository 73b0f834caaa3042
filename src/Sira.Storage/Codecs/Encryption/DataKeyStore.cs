using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using Sira.Storage.Capabilities;
using Sira.Storage.Codecs.Format;
using Sira.Storage.Errors;
using Sira.Storage.Keys;
using Sira.Storage.Values;
using Sira.Storage.Writing;

namespace Sira.Storage.Codecs.Encryption;

/// <summary>The records of data keys in the engine. Every change is made on condition that nobody else has made one.</summary>
internal sealed class DataKeyStore(IStorageEngine engine, KeyWrapper wrapper, DataKeyOptions options, TimeProvider time, CodecErrors errors, ILogger logger)
{
    // Each attempt fails only because somebody else's has gone well.
    private const int MaximumAttempts = 1000;

    // Some hundred bytes each, all in one value.
    private const int MaximumKeys = 10_000;

    // A value must not outlive its key.
    private readonly StorageDurability durability = engine.Capabilities.MaximumDurability;

    private volatile string? proven;

    public KeyWrapper Wrapper => wrapper;

    public async ValueTask<(DataKeyRecord? Record, ETag Tag)> ReadAsync(SubjectId id, CancellationToken cancellationToken)
    {
        CodecMetrics.KeyRead(errors.Engine);
        var name = id.RecordName;
        return await engine.Store.GetAsync(Key(name), cancellationToken).ConfigureAwait(false) is { } entry ? (Parse(name, entry.Value), entry.ETag) : (null, ETag.None);
    }

    /// <summary>Sees to it that a subject has a key to encrypt with.</summary>
    public ValueTask EnsureAsync(SubjectId id, CancellationToken cancellationToken) =>
        UpdateAsync(id, record => record is { Keys.Count: > 0 } ? null : WithNewKey(id, record ?? new DataKeyRecord(0, 0, 0, [])), cancellationToken);

    /// <summary>Adds to the number of values that a key has encrypted; the key gets a successor when they are enough.</summary>
    public ValueTask CountAsync(SubjectId id, uint generation, CancellationToken cancellationToken) =>
        UpdateAsync(
            id,
            record => record is null || record.Newest != generation ? null
                : record.Uses + options.CountingStep >= options.RotateAfterWrites ? WithNewKey(id, record)
                : record with { Uses = record.Uses + options.CountingStep },
            cancellationToken);

    /// <summary>Erases all keys of a subject.</summary>
    /// <returns>How many there were.</returns>
    public async ValueTask<int> EraseAsync(SubjectId id, CancellationToken cancellationToken)
    {
        var (erased, through) = (0, 0u);
        await UpdateAsync(
            id,
            record =>
            {
                (erased, through) = (record?.Keys.Count ?? 0, record?.Newest ?? 0);
                return erased == 0 ? null : new DataKeyRecord(0, through, time.GetUtcNow().ToUnixTimeMilliseconds(), []);
            },
            cancellationToken).ConfigureAwait(false);
        if (erased > 0)
        {
            logger.DataKeysErased(errors.Engine, id.RecordName, through);
        }

        return erased;
    }

    /// <summary>Wraps the keys of a subject with the current key-encryption key.</summary>
    /// <returns>Whether there was any that was wrapped with another.</returns>
    public async ValueTask<bool> RewrapAsync(SubjectId id, CancellationToken cancellationToken)
    {
        var current = wrapper.Current().Id;
        var isChanged = false;
        await UpdateAsync(
            id,
            record =>
            {
                isChanged = record is not null && record.Keys.Any(key => key.WrappedBy != current);
                return isChanged ? record! with { Keys = [.. record.Keys.Select(key => key.WrappedBy == current ? key : Rewrap(id, key))] } : null;
            },
            cancellationToken).ConfigureAwait(false);
        return isChanged;
    }

    /// <summary>Checks the current key-encryption key against what was wrapped with it before.</summary>
    /// <param name="isWriting">Whether something is about to be wrapped with it.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="StorageException">It has expired, or is not the same.</exception>
    public async ValueTask ProveAsync(bool isWriting, CancellationToken cancellationToken)
    {
        var current = wrapper.Current();
        if (proven == current.Id)
        {
            return;
        }

        var name = "kek/" + current.Id;
        var found = await engine.Store.GetAsync(Key(name), cancellationToken).ConfigureAwait(false);
        if (found is null && isWriting)
        {
            await engine.Store.PutAsync(Key(name), KeyWrapper.Prove(current), new(WriteCondition.Absent, Durability: durability), cancellationToken).ConfigureAwait(false);
            found = await engine.Store.GetAsync(Key(name), cancellationToken).ConfigureAwait(false);
        }

        if (found is { } proof)
        {
            proven = wrapper.Check(current, proof.Value.Span) ? current.Id : throw errors.RecordDamaged(name);
        }
    }

    public static StoreKey Key(string name) => new(DataKeys.Namespace, name);

    private DataKeyRecord Parse(string name, ReadOnlyMemory<byte> stored) => DataKeyRecord.Read(stored, out var record) switch
    {
        HeaderStatus.Valid => record,
        HeaderStatus.Newer => throw errors.RecordNewer(name),
        _ => throw errors.RecordDamaged(name),
    };

    private async ValueTask UpdateAsync(SubjectId id, Func<DataKeyRecord?, DataKeyRecord?> change, CancellationToken cancellationToken)
    {
        var name = id.RecordName;
        for (var attempt = 0; attempt < MaximumAttempts; attempt++)
        {
            var (record, tag) = await ReadAsync(id, cancellationToken).ConfigureAwait(false);
            if (change(record) is not { } changed)
            {
                return;
            }

            if (changed.Newest > 0)
            {
                await ProveAsync(isWriting: true, cancellationToken).ConfigureAwait(false);
            }

            var options = new PutOptions(WriteCondition.Unchanged(tag), Durability: durability);
            if ((await engine.Store.PutAsync(Key(name), changed.Encode(), options, cancellationToken).ConfigureAwait(false)).IsDone)
            {
                if (changed.Newest > (record?.Newest ?? 0))
                {
                    logger.DataKeyCreated(errors.Engine, name, changed.Newest);
                }

                return;
            }
        }

        throw errors.Busy(name);
    }

    private DataKeyRecord WithNewKey(SubjectId id, DataKeyRecord record)
    {
        if (record.Keys.Count >= MaximumKeys)
        {
            throw errors.TooManyKeys(id.RecordName, MaximumKeys);
        }

        Span<byte> secret = stackalloc byte[DataKey.SecretLength];
        RandomNumberGenerator.Fill(secret);
        var key = wrapper.Wrap(id, record.Next, time.GetUtcNow().ToUnixTimeMilliseconds(), secret);
        CryptographicOperations.ZeroMemory(secret);
        return record with { Uses = 0, Keys = [.. record.Keys, key] };
    }

    private WrappedKey Rewrap(SubjectId id, WrappedKey key)
    {
        var secret = wrapper.Unwrap(id, key);
        try
        {
            return wrapper.Wrap(id, key.Generation, key.CreatedAt, secret);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(secret);
        }
    }
}
