namespace Sira.Storage.Migration;

/// <summary>Lets operations in, and, when it is closed, waits until the last has gone out.</summary>
internal sealed class OperationGate
{
    private readonly Lock gate = new();
    private int inside;
    private TaskCompletionSource? opened;
    private TaskCompletionSource? emptied;

    /// <summary>Goes in, if it is open.</summary>
    public bool TryEnter()
    {
        lock (gate)
        {
            if (opened is not null)
            {
                return false;
            }

            inside++;
            return true;
        }
    }

    /// <summary>Goes in, once it is open.</summary>
    public async ValueTask EnterAsync(CancellationToken cancellationToken)
    {
        while (!TryEnter())
        {
            if (Volatile.Read(ref opened) is { } waiting)
            {
                await waiting.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
            }
        }
    }

    public void Exit()
    {
        lock (gate)
        {
            if (--inside == 0)
            {
                emptied?.TrySetResult();
            }
        }
    }

    /// <summary>Lets nobody in any more, and ends when nobody is inside. By one caller at a time. When it is given up, or takes too long, it is open again.</summary>
    /// <exception cref="TimeoutException">It has taken too long.</exception>
    public async Task CloseAsync(TimeSpan limit, TimeProvider time, CancellationToken cancellationToken)
    {
        Task empty;
        lock (gate)
        {
            opened = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            emptied = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            empty = inside == 0 ? Task.CompletedTask : emptied.Task;
        }

        try
        {
            await empty.WaitAsync(limit, time, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is OperationCanceledException or TimeoutException)
        {
            Open();
            throw;
        }
    }

    public void Open()
    {
        TaskCompletionSource? waiting;
        lock (gate)
        {
            (waiting, opened, emptied) = (opened, null, null);
        }

        waiting?.TrySetResult();
    }
}
