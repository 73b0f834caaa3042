using Sira.Kernel.Messaging.Journal;
using Sira.Kernel.Messaging.Topics;
using Sira.Storage.Events;
using Sira.Storage.Messaging.Formats;

namespace Sira.Storage.Messaging.Records;

/// <summary>The messages, in one stream: the version of the stream is the position, so that positions ascend without a gap in the order in which they become readable, on every engine.</summary>
internal sealed class RecordLog(JournalContext context)
{
    private const string EventType = "message";

    // So that whoever looks for a rare topic in a long log gets what there is before all of it was looked at.
    private const int LongestSearch = 20 * RecordRun.Length;

    private readonly IEventLog events = context.Engine.Events!;
    private readonly RecordCache cache = new(context.Options.CacheBytes);

    public static EventData ToEvent(JournalRecord record)
    {
        var writer = new FormatWriter(512 + record.Payload.Length);
        RecordFormat.Write(writer, record);
        return new EventData(EventType, writer.Written);
    }

    /// <summary>Appends records.</summary>
    /// <returns>The position of the last one.</returns>
    public async ValueTask<long> AppendAsync(IReadOnlyList<JournalRecord> records, CancellationToken cancellationToken)
    {
        var result = await events.AppendAsync(context.Keys.Log, ExpectedVersion.Any, ToEvents(records), new AppendOptions(context.Options.Durability), cancellationToken).ConfigureAwait(false);
        var position = result.Version - records.Count;
        var kept = new JournalRecord[records.Count];
        for (var i = 0; i < kept.Length; i++)
        {
            kept[i] = records[i] with { Position = ++position };
        }

        cache.Add(kept);
        return result.Version;
    }

    public async ValueTask<JournalPage> ReadAsync(JournalQuery query, TopicPattern pattern, CancellationToken cancellationToken)
    {
        var found = new List<JournalRecord>(Math.Min(query.Maximum, RecordRun.Length));
        var next = query.After;
        for (var looked = 0; found.Count < query.Maximum && (found.Count == 0 || looked < LongestSearch);)
        {
            var records = await NextAsync(next, cancellationToken).ConfigureAwait(false);
            if (records.IsEmpty)
            {
                break;
            }

            foreach (var record in records.Span)
            {
                next = record.Position;
                looked++;
                if (IsFor(record, query.Group, pattern))
                {
                    found.Add(Named(record, pattern));
                    if (found.Count == query.Maximum)
                    {
                        break;
                    }
                }
            }
        }

        return new JournalPage(found, next);
    }

    /// <summary>Reads the records from behind a position on, as many as it gets at once; none at the end.</summary>
    public async ValueTask<ReadOnlyMemory<JournalRecord>> NextAsync(long after, CancellationToken cancellationToken, int maximum = RecordRun.Length)
    {
        var known = cache.After(after);
        if (!known.IsEmpty)
        {
            return known;
        }

        var records = await LoadAsync(after, maximum, cancellationToken).ConfigureAwait(false);
        cache.Add(records);
        return records;
    }

    /// <summary>Reads records past the cache, which they would push others out of.</summary>
    public async ValueTask<JournalRecord[]> LoadAsync(long after, int maximum, CancellationToken cancellationToken)
    {
        var page = await events.ReadAsync(context.Keys.Log, after, maximum, cancellationToken).ConfigureAwait(false);
        var records = new JournalRecord[page.Events.Count];
        for (var i = 0; i < records.Length; i++)
        {
            var item = page.Events[i];
            records[i] = RecordFormat.Read(item.Data, new RecordPlace(context.Engine.Name, item.Version, item.AppendedAt), i > 0 ? records[i - 1].Metadata.Topic : null);
            if (records[i].Damage is { } damage)
            {
                context.Log.RecordDamaged(item.Version, damage);
            }
        }

        return records;
    }

    public ValueTask<long> GetLastAsync(CancellationToken cancellationToken) => events.GetVersionAsync(context.Keys.Log, cancellationToken);

    /// <summary>Forgets the records up to a position.</summary>
    /// <returns>How many there were.</returns>
    public async ValueTask<long> TrimAsync(long upTo, CancellationToken cancellationToken)
    {
        var count = await events.TrimAsync(context.Keys.Log, upTo, cancellationToken).ConfigureAwait(false);
        cache.Trim(upTo);
        return count;
    }

    /// <summary>Whether a record is for a group: not for another one, and of a topic of its own, or of which nobody knows.</summary>
    public static bool IsFor(JournalRecord record, string? group, TopicPattern pattern) =>
        (record.Target is null || record.Target == group) && (pattern.Matches(record.Metadata.Topic) || IsUnknown(record));

    private static bool IsUnknown(JournalRecord record) => record.Damage is not null && record.Metadata.Topic == RecordFormat.UnknownTopic;

    // So that it can be redriven where there is only one topic that it can have had.
    private static JournalRecord Named(JournalRecord record, TopicPattern pattern) =>
        pattern.IsName && IsUnknown(record) ? record with { Metadata = record.Metadata with { Topic = pattern.Text } } : record;

    private static EventData[] ToEvents(IReadOnlyList<JournalRecord> records)
    {
        long room = 0;
        foreach (var record in records)
        {
            room += 256 + record.Payload.Length;
        }

        var writer = new FormatWriter((int)Math.Min(room, Array.MaxLength));
        var ends = new int[records.Count];
        for (var i = 0; i < ends.Length; i++)
        {
            RecordFormat.Write(writer, records[i]);
            ends[i] = writer.Length;
        }

        var written = writer.Written;
        var events = new EventData[ends.Length];
        for (var (i, start) = (0, 0); i < events.Length; start = ends[i++])
        {
            events[i] = new EventData(EventType, written[start..ends[i]]);
        }

        return events;
    }
}
