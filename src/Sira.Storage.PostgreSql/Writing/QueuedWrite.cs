namespace Sira.Storage.PostgreSql.Writing;

/// <summary>A write that waits to be made with others.</summary>
internal sealed class QueuedWrite(SingleWrite write, CancellationToken cancellationToken)
{
    private readonly TaskCompletionSource<WriteRow> completion = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public SingleWrite Write => write;

    /// <summary>Whether nobody waits for it any more.</summary>
    public bool IsGivenUp => cancellationToken.IsCancellationRequested;

    public Task<WriteRow> WaitAsync() => completion.Task.WaitAsync(cancellationToken);

    public void Complete(WriteRow row) => completion.TrySetResult(row);

    public void Fail(Exception exception)
    {
        completion.TrySetException(exception);

        // Who has given up does not look at it.
        _ = completion.Task.Exception;
    }
}
