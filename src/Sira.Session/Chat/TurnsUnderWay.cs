namespace Sira.Session.Chat;

/// <summary>Counts the turns that were begun and whose end is not kept yet.</summary>
internal sealed class TurnsUnderWay
{
    private readonly Lock gate = new();
    private TaskCompletionSource? ended;
    private int count;

    public void Enter()
    {
        lock (gate)
        {
            count++;
        }
    }

    public void Exit()
    {
        lock (gate)
        {
            if (--count == 0)
            {
                ended?.TrySetResult();
            }
        }
    }

    /// <summary>Waits until there is none, or as long as the caller has time.</summary>
    public async ValueTask WaitAsync(CancellationToken cancellationToken)
    {
        Task waiting;
        lock (gate)
        {
            if (count == 0)
            {
                return;
            }

            ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            waiting = ended.Task;
        }

        await waiting.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
