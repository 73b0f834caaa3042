using Sira.Session.Format;
using Sira.Session.Records;
using Sira.Session.Views;
using Sira.Storage;
using Sira.Storage.Capabilities;
using Sira.Storage.Keys;
using Sira.Storage.Writing;

namespace Sira.Session.Upkeep;

/// <summary>Writes segments.</summary>
internal sealed class SegmentSealer(IStorageEngine engine, RecordStore records, LogReader reader)
{
    // Larger ones would not be read faster than their events, and are more than some engines take.
    private const int MaximumLength = 4 * 1024 * 1024;

    /// <summary>Writes a segment, unless its session has gone meanwhile.</summary>
    public async ValueTask SealAsync(SessionKey key, StoreKey stream, long number, CancellationToken cancellationToken)
    {
        var recordKey = stream.Partition.Key(SessionNames.RecordOf(stream.Name));
        var (record, etag) = await records.GetAsync(recordKey, RecordJson.Default.SessionRecord, cancellationToken).ConfigureAwait(false);
        if (record?.Stream != stream.Name)
        {
            return;
        }

        var after = number * SegmentFormat.Events;
        var events = await reader.ReadAfterAsync(key, stream, after, after + SegmentFormat.Events, cancellationToken).ConfigureAwait(false);
        if (events.Count < SegmentFormat.Events || SegmentFormat.Measure(events) > Math.Min(MaximumLength, engine.Capabilities.MaximumValueLength))
        {
            return;
        }

        var segment = stream.Partition.Key(SessionNames.Segment(stream.Name, number));
        var bytes = SegmentFormat.Write(after, events);
        if (engine.Capabilities.Has(StorageFeatures.AtomicBatch | StorageFeatures.Conditions))
        {
            // With the record unchanged, an erasure that has passed over the segments already cannot be followed by one.
            var batch = new StoreBatch { Durability = records.Repeated }.Check(recordKey, WriteCondition.Unchanged(etag)).Put(segment, bytes);
            if (!(await engine.Store.WriteAsync(batch, cancellationToken).ConfigureAwait(false)).IsDone)
            {
                return;
            }
        }
        else
        {
            await engine.Store.PutAsync(segment, bytes, new PutOptions(Durability: records.Repeated), cancellationToken).ConfigureAwait(false);
            if (await engine.Events!.GetVersionAsync(stream, cancellationToken).ConfigureAwait(false) == 0)
            {
                await engine.Store.DeleteAsync(segment, cancellationToken: cancellationToken).ConfigureAwait(false);
                return;
            }
        }

        SessionMetrics.Segments.Add(1);
    }
}
