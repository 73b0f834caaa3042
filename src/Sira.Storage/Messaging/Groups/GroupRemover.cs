using Sira.Storage.Keys;
using Sira.Storage.Messaging.Formats;
using Sira.Storage.Values;
using Sira.Storage.Writing;

namespace Sira.Storage.Messaging.Groups;

/// <summary>Deletes groups with everything that they have.</summary>
/// <remarks>That is more than a batch may hold. So a group is marked as ending first, from where on it is there no longer; whoever comes upon the mark, after a crash, goes on. Each step asks that the mark is still there, so that none touches a group that was opened anew.</remarks>
internal sealed class GroupRemover(JournalContext context)
{
    private const int Page = 1000;

    private readonly IStore store = context.Engine.Store;

    /// <summary>Deletes a group.</summary>
    /// <returns>Whether there was one.</returns>
    public async ValueTask<bool> DeleteAsync(string group, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (await store.GetAsync(context.Keys.Group(group), cancellationToken).ConfigureAwait(false) is not { } entry)
            {
                return false;
            }

            // Whatever its state was, and also if that cannot be read.
            var mark = new GroupState(">", 0, 0, 0, IsEnding: true).ToBytes();
            var marked = await store.PutAsync(context.Keys.Group(group), mark, new PutOptions(WriteCondition.Unchanged(entry.ETag), Durability: context.Options.Durability), cancellationToken).ConfigureAwait(false);
            if (marked.IsDone)
            {
                await FinishAsync(group, marked.ETag, cancellationToken).ConfigureAwait(false);
                return true;
            }
        }
    }

    /// <summary>Deletes what a group that is ending has, and the group.</summary>
    /// <param name="group">The group.</param>
    /// <param name="mark">The tag of its mark.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async ValueTask FinishAsync(string group, ETag mark, CancellationToken cancellationToken)
    {
        foreach (var prefix in (string[])[JournalKeys.RowPrefix(group), JournalKeys.KeptPrefix(group), JournalKeys.DeadPrefix(group)])
        {
            if (!await DeleteAllAsync(group, mark, prefix, cancellationToken).ConfigureAwait(false))
            {
                return;
            }
        }

        await store.DeleteAsync(context.Keys.Group(group), new DeleteOptions(WriteCondition.Unchanged(mark), context.Options.Durability), cancellationToken).ConfigureAwait(false);
    }

    // Returns false when somebody else has finished it.
    private async ValueTask<bool> DeleteAllAsync(string group, ETag mark, string prefix, CancellationToken cancellationToken)
    {
        while (true)
        {
            var page = await store.ScanAsync(new StoreScan(context.Keys.Partition, prefix) { PageSize = Page }, cancellationToken).ConfigureAwait(false);
            if (page.Items.Count == 0)
            {
                return true;
            }

            var batch = new StoreBatch { Durability = context.Options.Durability }.Check(context.Keys.Group(group), WriteCondition.Unchanged(mark));
            foreach (var item in page.Items)
            {
                batch.Delete(context.Keys.Partition.Key(item.Name));
                if (prefix == JournalKeys.DeadPrefix(group) && NumberFormat.TryRead(item.Entry.Value.Span, out var id))
                {
                    batch.Delete(context.Keys.Letter(id));
                }
            }

            var result = await store.WriteAsync(batch, cancellationToken).ConfigureAwait(false);
            if (!result.IsDone)
            {
                return false;
            }
        }
    }
}
