using Sira.Storage.Capabilities;

namespace Sira.Storage.RocksDb.Writing;

/// <summary>A write with its outcome.</summary>
internal abstract class WriteRequest<T>(StorageDurability durability) : WriteRequest(durability)
{
    private TaskCompletionSource<T>? completion;

    /// <summary>What came of it, once it was staged and committed.</summary>
    public T Result { get; protected set; } = default!;

    /// <summary>Begins to wait. What the caller does next never runs on the writer's thread.</summary>
    public Task<T> Wait() => (completion = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    public override void Complete() => completion?.TrySetResult(Result);

    public override void Fail(Exception exception)
    {
        if (exception is OperationCanceledException cancelled)
        {
            completion?.TrySetCanceled(cancelled.CancellationToken);
        }
        else
        {
            completion?.TrySetException(exception);
        }
    }
}
