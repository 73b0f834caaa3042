namespace Sira.Kernel.Configuration.Versions;

/// <summary>Lets one change be made at a time, in the order of arrival. Who waits continues on the thread that makes room, so that a run in virtual time stays on its single thread.</summary>
internal sealed class ChangeQueue
{
    // Operators and rollouts change configurations, not requests; reloads are told of once, however many there are.
    private const int MostWaiting = 100;

    private readonly Lock gate = new();
    private readonly Queue<TaskCompletionSource> waiting = new();
    private bool isTaken;

    /// <exception cref="InvalidOperationException">Too many wait already.</exception>
    public Task EnterAsync(CancellationToken cancellationToken)
    {
        TaskCompletionSource turn;
        lock (gate)
        {
            if (!isTaken)
            {
                isTaken = true;
                return Task.CompletedTask;
            }

            if (waiting.Count == MostWaiting)
            {
                throw new InvalidOperationException($"{MostWaiting} changes of the configuration wait already. Put several settings into one change, and await each before the next.");
            }

            waiting.Enqueue(turn = new TaskCompletionSource());
        }

        return WaitAsync(turn, cancellationToken);
    }

    public void Exit()
    {
        while (true)
        {
            TaskCompletionSource? next;
            lock (gate)
            {
                if (!waiting.TryDequeue(out next))
                {
                    isTaken = false;
                    return;
                }
            }

            // Not the turn of one that has been cancelled.
            if (next.TrySetResult())
            {
                return;
            }
        }
    }

    private static async Task WaitAsync(TaskCompletionSource turn, CancellationToken cancellationToken)
    {
        using (cancellationToken.UnsafeRegister(static (state, token) => ((TaskCompletionSource)state!).TrySetCanceled(token), turn))
        {
            await turn.Task.ConfigureAwait(false);
        }
    }
}
