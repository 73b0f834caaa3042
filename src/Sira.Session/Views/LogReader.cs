using Sira.Session.Errors;
using Sira.Session.Format;
using Sira.Session.Records;
using Sira.Storage;
using Sira.Storage.Keys;

namespace Sira.Session.Views;

/// <summary>Reads a log, by its segments as far as there are any.</summary>
internal sealed class LogReader(IStorageEngine engine, SessionLog log)
{
    // Of segments: each may be as large as a value may be.
    private const int SegmentPage = 8;
    private const int EventPage = 1000;

    private readonly IEventLog events = engine.Events!;

    /// <summary>Reads a log from its beginning.</summary>
    /// <param name="key">The session, for errors.</param>
    /// <param name="stream">The log.</param>
    /// <param name="upTo">The last version of the log to read.</param>
    /// <param name="missing">Receives the numbers of the segments that should be there and are not.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async ValueTask<List<RawEvent>> ReadAsync(SessionKey key, StoreKey stream, long upTo, List<long>? missing, CancellationToken cancellationToken)
    {
        var read = new List<RawEvent>();
        var found = new HashSet<long>();
        if (upTo >= SegmentFormat.Events)
        {
            await ReadSegmentsAsync(key, stream, upTo, read, found, cancellationToken).ConfigureAwait(false);
        }

        await ReadEventsAsync(key, stream, read, upTo, cancellationToken).ConfigureAwait(false);
        for (long number = 0; missing is not null && (number + 1) * SegmentFormat.Events <= read.Count; number++)
        {
            if (!found.Contains(number))
            {
                missing.Add(number);
            }
        }

        return read;
    }

    /// <summary>Reads a log on from a version.</summary>
    /// <param name="key">The session, for errors.</param>
    /// <param name="stream">The log.</param>
    /// <param name="after">The version of the log to begin behind.</param>
    /// <param name="upTo">The last one to read.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async ValueTask<List<RawEvent>> ReadAfterAsync(SessionKey key, StoreKey stream, long after, long upTo, CancellationToken cancellationToken)
    {
        var read = new List<RawEvent>();
        await ReadEventsAsync(key, stream, read, upTo, cancellationToken, after).ConfigureAwait(false);
        return read;
    }

    private async ValueTask ReadSegmentsAsync(SessionKey key, StoreKey stream, long upTo, List<RawEvent> read, HashSet<long> found, CancellationToken cancellationToken)
    {
        var scan = new StoreScan(stream.Partition, SessionNames.Segments(stream.Name)) { PageSize = SegmentPage };
        while (true)
        {
            var page = await engine.Store.ScanAsync(scan, cancellationToken).ConfigureAwait(false);
            foreach (var item in page.Items)
            {
                var after = SessionNames.SegmentOf(item.Name) * SegmentFormat.Events;
                if (after < read.Count)
                {
                    continue;
                }

                if (after + SegmentFormat.Events > upTo)
                {
                    return;
                }

                // A gap is filled from the log.
                await ReadEventsAsync(key, stream, read, after, cancellationToken).ConfigureAwait(false);
                if (read.Count < after)
                {
                    return;
                }

                if (SegmentFormat.TryRead(after, item.Entry.Value, read))
                {
                    found.Add(after / SegmentFormat.Events);
                }
                else
                {
                    log.SegmentDamaged(item.Name);
                    SessionMetrics.DamagedSegments.Add(1);
                }
            }

            if (page.Next is not { } next)
            {
                return;
            }

            scan = scan with { After = next };
        }
    }

    private async ValueTask ReadEventsAsync(SessionKey key, StoreKey stream, List<RawEvent> read, long upTo, CancellationToken cancellationToken, long after = 0)
    {
        while (after + read.Count < upTo)
        {
            var at = after + read.Count;
            var page = await events.ReadAsync(stream, at, (int)Math.Min(EventPage, upTo - at), cancellationToken).ConfigureAwait(false);
            foreach (var item in page.Events)
            {
                if (item.Version != after + read.Count + 1)
                {
                    throw new SessionFormatException(key, after + read.Count + 1, $"Version {after + read.Count + 1} of the log '{stream}' is missing: it was trimmed or damaged. Restore the engine from a backup.");
                }

                read.Add(new RawEvent(item.Type, item.Data));
            }

            if (page.IsEnd || page.Events.Count == 0)
            {
                return;
            }
        }
    }
}
