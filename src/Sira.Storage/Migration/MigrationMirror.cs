using Sira.Storage.Events;
using Sira.Storage.Keys;
using Sira.Storage.Writing;

namespace Sira.Storage.Migration;

/// <summary>Repeats in the target what was written to the source. Called with the locks of the keys, so in their order.</summary>
internal sealed class MigrationMirror(MigrationCore core)
{
    private IStore Values => core.Target.Store;

    private IEventLog Streams => core.Target.Events!;

    public Task PutAsync(StoreKey key, ReadOnlyMemory<byte> value, TimeSpan? timeToLive, long begunAt) => RunAsync(async () =>
    {
        // Counted from before the source was written, so that the copy never outlives it.
        if (Remaining(timeToLive, begunAt, out var remaining))
        {
            await Values.PutAsync(key, value, new PutOptions { TimeToLive = remaining }).ConfigureAwait(false);
        }
        else
        {
            await Values.DeleteAsync(key).ConfigureAwait(false);
        }
    });

    public Task DeleteAsync(StoreKey key) => RunAsync(async () => await Values.DeleteAsync(key).ConfigureAwait(false));

    /// <summary>Repeats a batch: the values as a batch, the appends one by one. Until the cut-over nobody reads the target, so that nobody sees it half made.</summary>
    public Task WriteAsync(IReadOnlyList<StoreOperation> operations, IReadOnlyList<OperationResult> results, long begunAt) => RunAsync(async () =>
    {
        var batch = new StoreBatch();
        for (var i = 0; i < operations.Count; i++)
        {
            var operation = operations[i];
            switch (operation.Kind)
            {
                case StoreOperationKind.Append:
                    await RepeatAsync(operation.Key, operation.Events, results[i].Version).ConfigureAwait(false);
                    break;
                case StoreOperationKind.Put when Remaining(operation.TimeToLive, begunAt, out var remaining):
                    batch.Put(operation.Key, operation.Value, timeToLive: remaining);
                    break;
                case StoreOperationKind.Put or StoreOperationKind.Delete:
                    batch.Delete(operation.Key);
                    break;
            }
        }

        if (batch.Operations.Count > 0)
        {
            await Values.WriteAsync(batch).ConfigureAwait(false);
        }
    });

    public Task AppendAsync(StoreKey stream, IReadOnlyList<EventData> events, long version) => RunAsync(() => RepeatAsync(stream, events, version));

    public Task TrimAsync(StoreKey stream, long upTo) => RunAsync(async () => await Streams.TrimAsync(stream, upTo).ConfigureAwait(false));

    public Task DeleteStreamAsync(StoreKey stream) => RunAsync(async () => await Streams.DeleteAsync(stream).ConfigureAwait(false));

    // A stream that the backfill has not brought so far yet refuses the events, and the backfill brings them.
    private async Task RepeatAsync(StoreKey stream, IReadOnlyList<EventData> events, long version) =>
        await Streams.AppendAsync(stream, ExpectedVersion.Of(version - events.Count), events).ConfigureAwait(false);

    private bool Remaining(TimeSpan? timeToLive, long begunAt, out TimeSpan? remaining)
    {
        remaining = timeToLive - core.Time.GetElapsedTime(begunAt);
        return remaining is not { } left || left >= TimeSpan.FromMilliseconds(1);
    }

    private async Task RunAsync(Func<Task> write)
    {
        try
        {
            await core.BoundAsync(write()).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            // The write itself was made, and is not to fail by this.
            core.Fail(exception);
        }
    }
}
