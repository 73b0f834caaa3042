namespace Sira.Storage.PostgreSql.Writing;

/// <summary>A write that waits to be made with others. Who gives up while it waits leaves at once; who gives up while it is being made leaves when it is known what became of it, so that nothing is written behind the back of the caller.</summary>
internal sealed class QueuedWrite(SingleWrite write)
{
    private const int Waiting = 0;
    private const int Taken = 1;
    private const int Left = 2;

    private readonly TaskCompletionSource<WriteRow> completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int state;

    public SingleWrite Write => write;

    public async ValueTask<WriteRow> WaitAsync(CancellationToken cancellationToken)
    {
        var registration = cancellationToken.UnsafeRegister(static (self, token) => ((QueuedWrite)self!).Leave(token), this);
        await using (registration.ConfigureAwait(false))
        {
            return await completion.Task.ConfigureAwait(false);
        }
    }

    /// <summary>Takes it for a group.</summary>
    /// <returns>Whether somebody still waits for it.</returns>
    public bool TryTake() => Interlocked.CompareExchange(ref state, Taken, Waiting) == Waiting;

    public void Complete(WriteRow row) => completion.TrySetResult(row);

    public void Fail(Exception exception) => completion.TrySetException(exception);

    private void Leave(CancellationToken cancellationToken)
    {
        if (Interlocked.CompareExchange(ref state, Left, Waiting) == Waiting)
        {
            completion.TrySetCanceled(cancellationToken);
        }
    }
}
