using Sira.Kernel.Messaging;
using Sira.Kernel.Messaging.DeadLetters;
using Sira.Kernel.Messaging.Errors;
using Sira.Kernel.Messaging.Journal;
using Sira.Storage.Errors;
using Sira.Storage.Events;
using Sira.Storage.Keys;
using Sira.Storage.Messaging.Formats;
using Sira.Storage.Messaging.Records;
using Sira.Storage.Values;
using Sira.Storage.Writing;

namespace Sira.Storage.Messaging.Groups;

/// <summary>The dead letters of all groups.</summary>
internal sealed class LetterStore(JournalContext context, RecordWatch watch)
{
    /// <summary>How many writes one dead letter takes in a batch, and one more for all of them.</summary>
    public const int Writes = 2;

    private readonly IStore store = context.Engine.Store;

    public async ValueTask<List<JournalDeadLetter>> ReadAsync(long after, int maximum, CancellationToken cancellationToken)
    {
        var letters = new List<JournalDeadLetter>();
        for (string? next = JournalKeys.LetterPrefix + JournalKeys.Text(after); next is not null && letters.Count < maximum;)
        {
            var scan = new StoreScan(context.Keys.Partition, JournalKeys.LetterPrefix) { After = next, PageSize = Math.Min(maximum - letters.Count, StoreScan.MaximumPageSize) };
            var page = await store.ScanAsync(scan, cancellationToken).ConfigureAwait(false);
            foreach (var item in page.Items)
            {
                letters.Add(Read(item.Entry.Value, JournalKeys.NumberOf(item.Name)));
            }

            next = page.Next;
        }

        return letters;
    }

    /// <summary>Adds dead letters to a batch, each with the id that its message has already, or with the next one.</summary>
    public async ValueTask AddAsync(StoreBatch batch, string group, IReadOnlyList<JournalDeadLetter> letters, CancellationToken cancellationToken)
    {
        if (letters.Count == 0)
        {
            return;
        }

        var (last, tag) = await ReadLastAsync(context.Keys.Letters, cancellationToken).ConfigureAwait(false);
        var next = last;
        foreach (var letter in Distinct(letters))
        {
            var dead = context.Keys.Dead(group, letter.Record.Position);
            var known = await store.GetAsync(dead, cancellationToken).ConfigureAwait(false);
            var id = known is { } entry && NumberFormat.TryRead(entry.Value.Span, out var own) ? own : ++next;
            batch.Put(dead, NumberFormat.Write(id), WriteCondition.Unchanged(known?.ETag ?? ETag.None)).Put(context.Keys.Letter(id), LetterFormat.Write(letter));
        }

        if (next > last)
        {
            batch.Put(context.Keys.Letters, NumberFormat.Write(next), WriteCondition.Unchanged(tag));
        }
    }

    /// <summary>Takes a dead letter out and appends what replaces it.</summary>
    public async ValueTask<bool> RemoveAsync(long id, JournalRecord? replacement, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (await store.GetAsync(context.Keys.Letter(id), cancellationToken).ConfigureAwait(false) is not { } entry)
            {
                return false;
            }

            var batch = new StoreBatch { Durability = context.Options.Durability }.Delete(context.Keys.Letter(id), WriteCondition.Unchanged(entry.ETag));
            var letter = Read(entry.Value, id);
            if (letter.Letter.Group != RecordFormat.UnknownTopic)
            {
                batch.Delete(context.Keys.Dead(letter.Letter.Group, letter.Record.Position));
            }

            if (replacement is not null)
            {
                batch.Append(context.Keys.Log, ExpectedVersion.Any, [RecordLog.ToEvent(replacement)]);
            }

            var result = await store.WriteAsync(batch, cancellationToken).ConfigureAwait(false);
            if (result.IsDone)
            {
                if (replacement is not null)
                {
                    watch.Appended(result.Results[^1].Version);
                }

                return true;
            }
        }
    }

    /// <summary>Reads a number that is written by itself; 0 where there is none.</summary>
    public async ValueTask<(long Number, ETag Tag)> ReadLastAsync(StoreKey key, CancellationToken cancellationToken) =>
        await store.GetAsync(key, cancellationToken).ConfigureAwait(false) is { } entry
            ? (NumberFormat.Read(entry.Value.Span, context.Engine.Name, $"'{key}'"), entry.ETag)
            : (0, ETag.None);

    // Of two of one message the later counts.
    private static IEnumerable<JournalDeadLetter> Distinct(IReadOnlyList<JournalDeadLetter> letters) =>
        letters.Count == 1 ? letters : letters.GroupBy(static letter => letter.Record.Position, static (_, same) => same.Last());

    private JournalDeadLetter Read(ReadOnlyMemory<byte> bytes, long id)
    {
        try
        {
            return LetterFormat.Read(bytes, context.Engine.Name, id);
        }
        catch (StorageException exception) when (exception.Kind is StorageErrorKind.Corrupt)
        {
            context.Log.LetterDamaged(id, exception);
            var metadata = new MessageMetadata { Topic = RecordFormat.UnknownTopic, Id = $"{RecordFormat.UnknownTopic} {id}", PublishedAt = default };
            var letter = new DeadLetter { Id = id, IsDurable = true, Group = RecordFormat.UnknownTopic, Reason = DeadLetterReason.Unreadable, Message = metadata, Error = exception.Message };
            return new JournalDeadLetter(letter, new JournalRecord { Metadata = metadata, Damage = new JournalException(exception.Message, exception) });
        }
    }
}
