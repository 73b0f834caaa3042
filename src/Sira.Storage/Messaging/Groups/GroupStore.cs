using System.Collections.Concurrent;
using Sira.Kernel.Messaging.Errors;
using Sira.Kernel.Messaging.Journal;
using Sira.Storage.Messaging.Formats;
using Sira.Storage.Messaging.Records;
using Sira.Storage.Values;
using Sira.Storage.Writing;

namespace Sira.Storage.Messaging.Groups;

/// <summary>The durable groups: who has opened them, and how far they have come.</summary>
/// <remarks>Every write of a group asks that its state is still the one that its owner wrote last, so that whoever was taken over is told.</remarks>
internal sealed class GroupStore(JournalContext context, RecordLog log, RowStore rows, LetterStore letters, GroupRemover remover)
{
    private readonly IStore store = context.Engine.Store;

    // What this process has written last of each group, so that it need not be read for each commit.
    private readonly ConcurrentDictionary<string, Written> written = new(StringComparer.Ordinal);

    public async ValueTask<JournalGroup> OpenAsync(string group, string pattern, JournalStart start, CancellationToken cancellationToken)
    {
        while (true)
        {
            var entry = await store.GetAsync(context.Keys.Group(group), cancellationToken).ConfigureAwait(false);
            var state = entry is { } known ? GroupState.Read(known.Value.Span, context.Engine.Name, group) : null;
            if (state is { IsEnding: true })
            {
                await remover.FinishAsync(group, entry!.Value.ETag, cancellationToken).ConfigureAwait(false);
                continue;
            }

            var (epoch, tag) = await letters.ReadLastAsync(context.Keys.Epochs, cancellationToken).ConfigureAwait(false);
            var cursor = state?.Cursor ?? await StartAsync(start, cancellationToken).ConfigureAwait(false);
            var opened = new GroupState(pattern, epoch + 1, cursor, state?.Claimed ?? cursor);
            var batch = new StoreBatch { Durability = context.Options.Durability }
                .Put(context.Keys.Group(group), opened.ToBytes(), WriteCondition.Unchanged(entry?.ETag ?? ETag.None))
                .Put(context.Keys.Epochs, NumberFormat.Write(epoch + 1), WriteCondition.Unchanged(tag));
            var result = await store.WriteAsync(batch, cancellationToken).ConfigureAwait(false);
            if (result.IsDone)
            {
                var own = new Written(opened, result.Results[0].ETag);
                written[group] = own;
                return new JournalGroup(opened.Epoch, opened.Cursor, opened.Claimed, await rows.ReadAsync(group, opened.Cursor, own.Tag, cancellationToken).ConfigureAwait(false));
            }
        }
    }

    public async ValueTask CommitAsync(string group, JournalCommit commit, CancellationToken cancellationToken)
    {
        foreach (var part in CommitParts.Of(commit, context.Engine.Capabilities.MaximumBatchLength))
        {
            await CommitPartAsync(group, part, cancellationToken).ConfigureAwait(false);
        }
    }

    private async ValueTask CommitPartAsync(string group, JournalCommit commit, CancellationToken cancellationToken)
    {
        while (true)
        {
            // What is forgotten here is remembered when it was written: of a write that fails nobody knows what came of it.
            if (!written.TryRemove(group, out var own) || own.State.Epoch != commit.Epoch)
            {
                own = await ReadAsync(group, commit.Epoch, cancellationToken).ConfigureAwait(false);
            }

            var state = own.State with { Cursor = Math.Max(own.State.Cursor, commit.Cursor), Claimed = Math.Max(own.State.Claimed, commit.Claimed) };
            var batch = new StoreBatch { Durability = context.Options.Durability }.Put(context.Keys.Group(group), state.ToBytes(), WriteCondition.Unchanged(own.Tag));
            foreach (var row in commit.Upserts)
            {
                batch.Put(context.Keys.Row(group, row.Position), RowFormat.Write(row));
            }

            foreach (var position in commit.Removals)
            {
                batch.Delete(context.Keys.Row(group, position)).Delete(context.Keys.Kept(group, position));
            }

            await letters.AddAsync(batch, group, commit.DeadLetters, cancellationToken).ConfigureAwait(false);
            var result = await store.WriteAsync(batch, cancellationToken).ConfigureAwait(false);
            if (result.IsDone)
            {
                written[group] = new Written(state, result.Results[0].ETag);
                return;
            }
        }
    }

    private async ValueTask<Written> ReadAsync(string group, long epoch, CancellationToken cancellationToken)
    {
        var entry = await store.GetAsync(context.Keys.Group(group), cancellationToken).ConfigureAwait(false);
        var state = entry is { } known ? GroupState.Read(known.Value.Span, context.Engine.Name, group) : null;
        return state is { IsEnding: false } && state.Epoch == epoch
            ? new Written(state, entry!.Value.ETag)
            : throw new GroupTakenOverException(group, epoch, state is { IsEnding: false } ? state.Epoch : 0);
    }

    private async ValueTask<long> StartAsync(JournalStart start, CancellationToken cancellationToken)
    {
        if (start is JournalStart.Oldest)
        {
            var first = await log.NextAsync(0, cancellationToken).ConfigureAwait(false);
            if (!first.IsEmpty)
            {
                return first.Span[0].Position - 1;
            }
        }

        return await log.GetLastAsync(cancellationToken).ConfigureAwait(false);
    }

    private sealed record Written(GroupState State, ETag Tag);
}
