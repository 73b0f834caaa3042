namespace Sira.Storage.PostgreSql.Writing;

/// <summary>A write that waits to be made with others. Who gives up while it waits leaves at once; who gives up while it is being made leaves when it is known what became of it, so that nothing is written behind the back of the caller.</summary>
internal sealed class QueuedWrite(SingleWrite write, CancellationToken cancellationToken)
{
    private const int Waiting = 0;
    private const int Taken = 1;
    private const int Left = 2;

    private readonly TaskCompletionSource<WriteRow> completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int state;

    public SingleWrite Write => write;

    public CancellationToken CancellationToken => cancellationToken;

    public async ValueTask<WriteRow> WaitAsync()
    {
        var registration = cancellationToken.UnsafeRegister(static self => ((QueuedWrite)self!).Leave(), this);
        await using (registration.ConfigureAwait(false))
        {
            return await completion.Task.ConfigureAwait(false);
        }
    }

    /// <summary>Takes it for a group.</summary>
    /// <returns>Whether somebody still waits for it.</returns>
    public bool TryTake() => !cancellationToken.IsCancellationRequested && Interlocked.CompareExchange(ref state, Taken, Waiting) == Waiting;

    public void Complete(WriteRow row) => completion.TrySetResult(row);

    public void Fail(Exception exception) => completion.TrySetException(exception);

    /// <summary>Ends it for who has given up, now that nothing can come of it any more that is not known.</summary>
    public void GiveUp() => completion.TrySetCanceled(cancellationToken);

    private void Leave()
    {
        if (Interlocked.CompareExchange(ref state, Left, Waiting) == Waiting)
        {
            GiveUp();
        }
    }
}
