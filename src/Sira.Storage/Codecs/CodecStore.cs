using Sira.Storage.Capabilities;
using Sira.Storage.Codecs.Format;
using Sira.Storage.Errors;
using Sira.Storage.Events;
using Sira.Storage.Keys;
using Sira.Storage.Values;
using Sira.Storage.Writing;

namespace Sira.Storage.Codecs;

/// <summary>The values of an engine, encoded.</summary>
internal sealed class CodecStore(IStore inner, ValueEncoder encoder, ValueDecoder decoder, StorageCapabilities capabilities) : IStore
{
    public ValueTask<StoreEntry?> GetAsync(StoreKey key, CancellationToken cancellationToken = default)
    {
        var reading = inner.GetAsync(key, cancellationToken);
        if (!reading.IsCompletedSuccessfully)
        {
            return AwaitAsync(reading, key, cancellationToken);
        }

        // Taken once: an engine may pool its tasks.
        var read = reading.Result;
        if (read is not { } entry || CodecProfiles.IsRaw(key.Namespace))
        {
            return ValueTask.FromResult(read);
        }

        var decoding = decoder.DecodeAsync(new ValueAddress(key), entry.Value, cancellationToken);
        return decoding.IsCompletedSuccessfully ? ValueTask.FromResult<StoreEntry?>(entry with { Value = decoding.Result }) : AwaitAsync(decoding, entry);
    }

    public ValueTask<WriteResult> PutAsync(StoreKey key, ReadOnlyMemory<byte> value, PutOptions options = default, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        StorageArguments.Check(key, capabilities);
        StorageArguments.CheckLength(value.Length, key, capabilities);
        if (CodecProfiles.IsRaw(key.Namespace))
        {
            return inner.PutAsync(key, value, options, cancellationToken);
        }

        var address = new ValueAddress(key);
        var encoding = encoder.EncodeAsync(address, value, cancellationToken);
        if (!encoding.IsCompletedSuccessfully)
        {
            return PutAsync(encoding, address, options, cancellationToken);
        }

        var encoded = encoding.Result;
        var writing = inner.PutAsync(key, encoded.Bytes, options, cancellationToken);
        if (!writing.IsCompletedSuccessfully)
        {
            return PutAsync(writing, encoded, address, cancellationToken);
        }

        encoded.Return();
        var result = writing.Result;
        return result.IsDone && encoded.Key is { IsClosed: true } ? VerifyAsync(encoded, address, result, cancellationToken) : ValueTask.FromResult(result);
    }

    public ValueTask<WriteResult> DeleteAsync(StoreKey key, DeleteOptions options = default, CancellationToken cancellationToken = default) => inner.DeleteAsync(key, options, cancellationToken);

    public async ValueTask<StorePage> ScanAsync(StoreScan scan, CancellationToken cancellationToken = default)
    {
        var page = await inner.ScanAsync(scan, cancellationToken).ConfigureAwait(false);
        if (scan.KeysOnly || page.Items.Count == 0 || CodecProfiles.IsRaw(scan.Partition.Namespace))
        {
            return page;
        }

        var items = new List<StoreItem>(page.Items.Count);
        foreach (var (name, entry) in page.Items)
        {
            try
            {
                var value = await decoder.DecodeAsync(new ValueAddress(scan.Partition.Key(name)), entry.Value, cancellationToken).ConfigureAwait(false);
                items.Add(new StoreItem(name, entry with { Value = value }));
            }
            catch (StorageException exception) when (exception.IsErased)
            {
                // One subject that was erased must not hide all the others.
            }
        }

        return page with { Items = items };
    }

    public async ValueTask<BatchResult> WriteAsync(StoreBatch batch, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        StorageArguments.Check(batch, capabilities);
        var encoded = new List<(ValueAddress Address, EncodedValue Value)>(batch.Operations.Count);
        var copy = new StoreBatch { Durability = batch.Durability };
        foreach (var operation in batch.Operations)
        {
            _ = operation.Kind switch
            {
                StoreOperationKind.Check => copy.Check(operation.Key, operation.Condition),
                StoreOperationKind.Delete => copy.Delete(operation.Key, operation.Condition),
                StoreOperationKind.Put => copy.Put(operation.Key, await EncodeAsync(new ValueAddress(operation.Key), operation.Value, encoded, cancellationToken).ConfigureAwait(false), operation.Condition, operation.TimeToLive),
                _ => copy.Append(operation.Key, operation.Expected, await EncodeAsync(operation, encoded, cancellationToken).ConfigureAwait(false)),
            };
        }

        var result = await inner.WriteAsync(copy, cancellationToken).ConfigureAwait(false);
        foreach (var (address, value) in encoded)
        {
            value.Return();
            if (result.IsDone)
            {
                await encoder.VerifyAsync(address, value, cancellationToken).ConfigureAwait(false);
            }
        }

        return result;
    }

    private async ValueTask<StoreEntry?> AwaitAsync(ValueTask<StoreEntry?> reading, StoreKey key, CancellationToken cancellationToken) =>
        await reading.ConfigureAwait(false) is not { } entry ? null
            : CodecProfiles.IsRaw(key.Namespace) ? entry
            : entry with { Value = await decoder.DecodeAsync(new ValueAddress(key), entry.Value, cancellationToken).ConfigureAwait(false) };

    private static async ValueTask<StoreEntry?> AwaitAsync(ValueTask<ReadOnlyMemory<byte>> decoding, StoreEntry entry) => entry with { Value = await decoding.ConfigureAwait(false) };

    private async ValueTask<WriteResult> PutAsync(ValueTask<EncodedValue> encoding, ValueAddress address, PutOptions options, CancellationToken cancellationToken)
    {
        var encoded = await encoding.ConfigureAwait(false);
        return await PutAsync(inner.PutAsync(address.Key, encoded.Bytes, options, cancellationToken), encoded, address, cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask<WriteResult> PutAsync(ValueTask<WriteResult> writing, EncodedValue encoded, ValueAddress address, CancellationToken cancellationToken)
    {
        var result = await writing.ConfigureAwait(false);
        encoded.Return();
        return result.IsDone ? await VerifyAsync(encoded, address, result, cancellationToken).ConfigureAwait(false) : result;
    }

    private async ValueTask<WriteResult> VerifyAsync(EncodedValue encoded, ValueAddress address, WriteResult result, CancellationToken cancellationToken)
    {
        await encoder.VerifyAsync(address, encoded, cancellationToken).ConfigureAwait(false);
        return result;
    }

    private async ValueTask<ReadOnlyMemory<byte>> EncodeAsync(ValueAddress address, ReadOnlyMemory<byte> value, List<(ValueAddress Address, EncodedValue Value)> all, CancellationToken cancellationToken)
    {
        if (CodecProfiles.IsRaw(address.Key.Namespace))
        {
            return value;
        }

        var encoded = await encoder.EncodeAsync(address, value, cancellationToken).ConfigureAwait(false);
        all.Add((address, encoded));
        return encoded.Bytes;
    }

    private async ValueTask<EventData[]> EncodeAsync(StoreOperation append, List<(ValueAddress Address, EncodedValue Value)> all, CancellationToken cancellationToken)
    {
        var events = new EventData[append.Events.Count];
        for (var i = 0; i < events.Length; i++)
        {
            var (type, data) = append.Events[i];
            events[i] = new EventData(type, await EncodeAsync(new ValueAddress(append.Key, type), data, all, cancellationToken).ConfigureAwait(false));
        }

        return events;
    }
}
