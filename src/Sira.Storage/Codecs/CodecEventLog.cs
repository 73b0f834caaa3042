using Sira.Storage.Capabilities;
using Sira.Storage.Codecs.Format;
using Sira.Storage.Errors;
using Sira.Storage.Events;
using Sira.Storage.Keys;

namespace Sira.Storage.Codecs;

/// <summary>The logs of an engine, encoded.</summary>
internal sealed class CodecEventLog(IEventLog inner, ValueEncoder encoder, ValueDecoder decoder, StorageCapabilities capabilities) : IEventLog
{
    public async ValueTask<AppendResult> AppendAsync(StoreKey stream, ExpectedVersion expected, IReadOnlyList<EventData> events, AppendOptions options = default, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        StorageArguments.Check(stream, events, capabilities);
        if (CodecProfiles.IsRaw(stream.Namespace))
        {
            return await inner.AppendAsync(stream, expected, events, options, cancellationToken).ConfigureAwait(false);
        }

        var (encoded, copies) = (new EncodedValue[events.Count], new EventData[events.Count]);
        for (var i = 0; i < copies.Length; i++)
        {
            var (type, data) = events[i];
            encoded[i] = await encoder.EncodeAsync(new ValueAddress(stream, type), data, cancellationToken).ConfigureAwait(false);
            copies[i] = new EventData(type, encoded[i].Bytes);
        }

        var result = await inner.AppendAsync(stream, expected, copies, options, cancellationToken).ConfigureAwait(false);
        for (var i = 0; i < copies.Length; i++)
        {
            encoded[i].Return();
            if (result.IsDone)
            {
                await encoder.VerifyAsync(new ValueAddress(stream, copies[i].Type), encoded[i], cancellationToken).ConfigureAwait(false);
            }
        }

        return result;
    }

    public async ValueTask<EventPage> ReadAsync(StoreKey stream, long after = 0, int maximum = 1000, CancellationToken cancellationToken = default) =>
        await DecodeAsync(await inner.ReadAsync(stream, after, maximum, cancellationToken).ConfigureAwait(false), isOfMany: false, cancellationToken).ConfigureAwait(false);

    public async ValueTask<EventPage> ReadAllAsync(string @namespace, long after = 0, int maximum = 1000, CancellationToken cancellationToken = default) =>
        await DecodeAsync(await inner.ReadAllAsync(@namespace, after, maximum, cancellationToken).ConfigureAwait(false), isOfMany: true, cancellationToken).ConfigureAwait(false);

    public ValueTask<long> GetVersionAsync(StoreKey stream, CancellationToken cancellationToken = default) => inner.GetVersionAsync(stream, cancellationToken);

    public ValueTask<long> TrimAsync(StoreKey stream, long upTo, CancellationToken cancellationToken = default) => inner.TrimAsync(stream, upTo, cancellationToken);

    public ValueTask<bool> DeleteAsync(StoreKey stream, CancellationToken cancellationToken = default) => inner.DeleteAsync(stream, cancellationToken);

    public ValueTask<StreamPage> ListAsync(StoreScan scan, CancellationToken cancellationToken = default) => inner.ListAsync(scan, cancellationToken);

    private async ValueTask<EventPage> DecodeAsync(EventPage page, bool isOfMany, CancellationToken cancellationToken)
    {
        if (page.Events.Count == 0)
        {
            return page;
        }

        var events = new List<StoredEvent>(page.Events.Count);
        foreach (var stored in page.Events)
        {
            try
            {
                events.Add(CodecProfiles.IsRaw(stored.Stream.Namespace)
                    ? stored
                    : stored with { Data = await decoder.DecodeAsync(new ValueAddress(stored.Stream, stored.Type, stored.Version), stored.Data, cancellationToken).ConfigureAwait(false) });
            }
            catch (StorageException exception) when (isOfMany && exception.IsErased)
            {
                // Whoever follows all streams must get past one whose subject was erased.
            }
        }

        return page with { Events = events };
    }
}
