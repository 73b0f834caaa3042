using Sira.Session.Records;
using Sira.Storage.Events;
using Sira.Storage.Keys;
using Sira.Storage.Values;
using Sira.Storage.Writing;

namespace Sira.Session.Making;

/// <summary>Begins logs.</summary>
/// <remarks>
/// In one batch where the engine can. Otherwise the log first and the record, which makes the session visible, behind it; then is looked whether user and parent are still there.
/// An erasure notes that it has begun before it looks for logs, so either it sees the log, or this sees the note and takes everything back.
/// </remarks>
internal static class LogMaker
{
    /// <summary>Begins a log.</summary>
    /// <param name="core">The store.</param>
    /// <param name="log">The log.</param>
    /// <param name="replaced">The record of its id that leads nowhere and is replaced; <see cref="ETag.None"/> where there must be none.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static ValueTask<MakeResult> MakeAsync(SessionCore core, NewLog log, ETag replaced, CancellationToken cancellationToken) =>
        core.IsAtomic ? MakeAtOnceAsync(core, log, replaced, cancellationToken) : MakeInStepsAsync(core, log, replaced, cancellationToken);

    private static async ValueTask<MakeResult> MakeAtOnceAsync(SessionCore core, NewLog log, ETag replaced, CancellationToken cancellationToken)
    {
        var batch = new StoreBatch { Durability = core.Options.Durability }
            .Put(RecordKey(log), RecordStore.Bytes(log.Record, RecordJson.Default.SessionRecord), WriteCondition.Unchanged(replaced))
            .Append(log.Stream, ExpectedVersion.New, [log.Event]);
        if (log.User is { } user)
        {
            batch.Check(user.Key, WriteCondition.Unchanged(user.ETag));
        }

        if (log.Parent is { } parent)
        {
            batch.Check(parent.Key, WriteCondition.Unchanged(parent.ETag));
            batch.Put(ForkKey(log), ForkOf(core, log));
        }

        var result = await core.Engine.Store.WriteAsync(batch, cancellationToken).ConfigureAwait(false);
        return result.IsDone ? MakeResult.Made : result.RefusedAt == 0 ? MakeResult.Exists : MakeResult.Changed;
    }

    private static async ValueTask<MakeResult> MakeInStepsAsync(SessionCore core, NewLog log, ETag replaced, CancellationToken cancellationToken)
    {
        var result = MakeResult.Changed;
        var isVisible = false;
        try
        {
            if (log.Parent is not null)
            {
                await core.Engine.Store.PutAsync(ForkKey(log), ForkOf(core, log), cancellationToken: cancellationToken).ConfigureAwait(false);
            }

            await core.Events.AppendAsync(log.Stream, ExpectedVersion.New, [log.Event], core.Append, cancellationToken).ConfigureAwait(false);
            isVisible = (await core.Records.PutAsync(RecordKey(log), log.Record, RecordJson.Default.SessionRecord, WriteCondition.Unchanged(replaced), cancellationToken).ConfigureAwait(false)).IsDone;
            result = !isVisible ? MakeResult.Exists : await IsStillThereAsync(core, log, cancellationToken).ConfigureAwait(false) ? MakeResult.Made : MakeResult.Changed;
        }
        finally
        {
            // Also where it failed or was cancelled; what this does not get to either was never visible, and holds nothing that was said.
            if (result is not MakeResult.Made)
            {
                core.Upkeep.Add("a log that was not begun", stop => TakeBackAsync(core, log, stop));
            }
        }

        if (isVisible && result is MakeResult.Changed)
        {
            await TakeBackAsync(core, log, cancellationToken).ConfigureAwait(false);
        }

        return result;
    }

    private static async ValueTask<bool> IsStillThereAsync(SessionCore core, NewLog log, CancellationToken cancellationToken)
    {
        if (log.User is { } user
            && ((await core.Records.GetAsync(user.Key, RecordJson.Default.UserRecord, cancellationToken).ConfigureAwait(false)).Record is not { Erasing: false } now || now.Subject != user.Record.Subject))
        {
            return false;
        }

        return log.Parent is not { } parent
            || (await core.Records.GetAsync(parent.Key, RecordJson.Default.SessionRecord, cancellationToken).ConfigureAwait(false)).Record?.Stream == parent.Record.Stream;
    }

    private static async ValueTask TakeBackAsync(SessionCore core, NewLog log, CancellationToken cancellationToken)
    {
        var key = RecordKey(log);
        var (record, etag) = await core.Records.GetAsync(key, RecordJson.Default.SessionRecord, cancellationToken).ConfigureAwait(false);
        if (record?.Stream == log.Stream.Name)
        {
            // Failing or cancelled behind the record's writing it may be somebody's already, who found it: it stays where everything it needs is there.
            if (await IsStillThereAsync(core, log, cancellationToken).ConfigureAwait(false))
            {
                return;
            }

            await core.Engine.Store.DeleteAsync(key, new DeleteOptions(WriteCondition.Unchanged(etag)), cancellationToken).ConfigureAwait(false);
        }

        await core.Events.DeleteAsync(log.Stream, cancellationToken).ConfigureAwait(false);
        if (log.Parent is not null)
        {
            await core.Engine.Store.DeleteAsync(ForkKey(log), cancellationToken: cancellationToken).ConfigureAwait(false);
        }
    }

    private static StoreKey RecordKey(NewLog log) => log.Stream.Partition.Key(SessionNames.RecordOf(log.Stream.Name));

    private static StoreKey ForkKey(NewLog log) => log.Stream.Partition.Key(SessionNames.Fork(log.Record.Parent!, log.Stream.Name));

    private static byte[] ForkOf(SessionCore core, NewLog log) => RecordStore.Bytes(new ForkRecord(RecordStore.Format, log.Stream.Name, core.Now), RecordJson.Default.ForkRecord);
}
