using Sira.Kernel.Messaging.Journal;
using Sira.Kernel.Messaging.Topics;
using Sira.Storage.Keys;
using Sira.Storage.Messaging.Formats;
using Sira.Storage.Messaging.Records;

namespace Sira.Storage.Messaging.Groups;

/// <summary>Forgets the beginning of the log, as far as nobody needs it.</summary>
/// <remarks>The log is trimmed in stretches, so that whoever publishes meanwhile waits for none but the one under way. A message that a group has passed and not finished does not hold the log: it is kept beside it. One that a group has yet to come to does, with all behind it.</remarks>
internal sealed class JournalPruner(JournalContext context, RecordLog log, RowStore rows, GroupRemover remover)
{
    private const int Page = 1000;

    public async ValueTask<long> PruneAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        // The end before the groups: a group that comes later is for what is published behind it.
        var end = await log.GetLastAsync(cancellationToken).ConfigureAwait(false);
        var groups = end > 0 ? await ReadGroupsAsync(cancellationToken).ConfigureAwait(false) : [];
        long count = 0;
        for (long after = 0; after < end;)
        {
            var records = await log.LoadAsync(after, Page, cancellationToken).ConfigureAwait(false);
            var free = 0;
            while (free < records.Length && records[free].Position <= end && IsFree(records[free], groups, now))
            {
                free++;
            }

            if (free > 0)
            {
                foreach (var group in groups)
                {
                    await rows.KeepAsync(group.Name, records.AsMemory(0, free), cancellationToken).ConfigureAwait(false);
                }

                after = records[free - 1].Position;
                count += await log.TrimAsync(after, cancellationToken).ConfigureAwait(false);
            }

            if (free < records.Length || free == 0)
            {
                break;
            }
        }

        return count;
    }

    private static bool IsFree(JournalRecord record, List<Group> groups, DateTimeOffset now)
    {
        if (record.RememberUntil > now)
        {
            return false;
        }

        var isWanted = false;
        foreach (var group in groups)
        {
            if (RecordLog.IsFor(record, group.Name, group.Pattern))
            {
                if (group.Cursor < record.Position)
                {
                    return false;
                }

                isWanted = true;
            }
        }

        return isWanted || record.KeepUntil <= now;
    }

    private async ValueTask<List<Group>> ReadGroupsAsync(CancellationToken cancellationToken)
    {
        var groups = new List<Group>();
        for (string? after = null; ;)
        {
            var page = await context.Engine.Store.ScanAsync(new StoreScan(context.Keys.Partition, JournalKeys.GroupPrefix) { After = after, PageSize = Page }, cancellationToken).ConfigureAwait(false);
            foreach (var item in page.Items)
            {
                var name = item.Name[JournalKeys.GroupPrefix.Length..];
                var state = GroupState.Read(item.Entry.Value.Span, context.Engine.Name, name);
                if (state.IsEnding)
                {
                    await remover.FinishAsync(name, item.Entry.ETag, cancellationToken).ConfigureAwait(false);
                }
                else
                {
                    groups.Add(new Group(name, TopicPattern.Parse(state.Pattern), state.Cursor));
                }
            }

            if ((after = page.Next) is null)
            {
                return groups;
            }
        }
    }

    private readonly record struct Group(string Name, TopicPattern Pattern, long Cursor);
}
