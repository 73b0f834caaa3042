using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Sira.Storage.Capabilities;
using Sira.Storage.Errors;
using Sira.Storage.Keys;
using Sira.Storage.Values;
using Sira.Storage.Writing;

namespace Sira.Session.Records;

/// <summary>Reads and writes records.</summary>
internal sealed class RecordStore(Storage.IStorageEngine engine)
{
    /// <summary>What is written of what the logs say as well: nothing waits for the disk a second time for it.</summary>
    public StorageDurability? Repeated { get; } = engine.Capabilities.DefaultDurability is StorageDurability.PowerLoss ? StorageDurability.ProcessCrash : null;

    /// <summary>The newest format of records that is known.</summary>
    public const int Format = 1;

    /// <summary>Reads a record.</summary>
    /// <returns>The record and its tag; no record and no tag if there is none.</returns>
    public async ValueTask<(T? Record, ETag ETag)> GetAsync<T>(StoreKey key, JsonTypeInfo<T> type, CancellationToken cancellationToken)
        where T : class =>
        await engine.Store.GetAsync(key, cancellationToken).ConfigureAwait(false) is { } entry ? (Read(key, entry.Value, type), entry.ETag) : (null, ETag.None);

    /// <summary>Writes a record.</summary>
    public ValueTask<WriteResult> PutAsync<T>(StoreKey key, T record, JsonTypeInfo<T> type, WriteCondition condition, CancellationToken cancellationToken, StorageDurability? durability = null) =>
        engine.Store.PutAsync(key, Bytes(record, type), new PutOptions(condition, Durability: durability), cancellationToken);

    /// <summary>Changes a record that somebody else may change meanwhile.</summary>
    /// <param name="key">Its key.</param>
    /// <param name="type">How it is written.</param>
    /// <param name="change">What it is to become; <see langword="null"/> for leaving it as it is.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <param name="durability">What it is to survive; <see langword="null"/> for what the engine is set to.</param>
    /// <returns>The record as it is now; nothing if there is none.</returns>
    public async ValueTask<T?> ChangeAsync<T>(StoreKey key, JsonTypeInfo<T> type, Func<T, T?> change, CancellationToken cancellationToken, StorageDurability? durability = null)
        where T : class
    {
        while (true)
        {
            var (record, etag) = await GetAsync(key, type, cancellationToken).ConfigureAwait(false);
            if (record is null || change(record) is not { } changed)
            {
                return record;
            }

            if ((await PutAsync(key, changed, type, WriteCondition.Unchanged(etag), cancellationToken, durability).ConfigureAwait(false)).IsDone)
            {
                return changed;
            }
        }
    }

    public static byte[] Bytes<T>(T record, JsonTypeInfo<T> type) => JsonSerializer.SerializeToUtf8Bytes(record, type);

    /// <summary>Reads a record from its bytes.</summary>
    /// <exception cref="StorageException">They are none, or of a newer format.</exception>
    public T Read<T>(in StoreKey key, ReadOnlyMemory<byte> bytes, JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            var record = JsonSerializer.Deserialize(bytes.Span, type) ?? throw new JsonException("It is null.");
            return FormatOf(record) is var format && format is < 1 or > Format
                ? throw new StorageException(StorageErrorKind.Incompatible, engine.Name, $"The record '{key}' has format {format}, and {Format} is the newest that is known here. Use the version of Sira that wrote it, or a newer one.")
                : record;
        }
        catch (JsonException exception)
        {
            throw new StorageException(StorageErrorKind.Corrupt, engine.Name, $"The record '{key}' is damaged. Restore it from a backup; the logs hold everything else.", exception);
        }
    }

    private static int FormatOf(object record) => record switch
    {
        SessionRecord session => session.V,
        UserRecord user => user.V,
        ForkRecord fork => fork.V,
        RemovalRecord removal => removal.V,
        CursorRecord cursor => cursor.V,
        _ => Format,
    };
}
