namespace Sira.Kernel.Messaging.Queueing;

/// <summary>The publishers that wait for room in a queue, first come, first served.</summary>
/// <remarks>Changed under the lock of the queue; whoever waits is woken on the thread pool, never within it.</remarks>
internal sealed class RoomWaiters
{
    private readonly Queue<TaskCompletionSource<RoomResult>> publishers = new();

    /// <summary>Gets in line.</summary>
    public TaskCompletionSource<RoomResult> Add()
    {
        var waiter = new TaskCompletionSource<RoomResult>(TaskCreationOptions.RunContinuationsAsynchronously);
        publishers.Enqueue(waiter);
        return waiter;
    }

    /// <summary>Hands a place straight to the publisher that has waited longest.</summary>
    /// <returns>Whether anybody waited.</returns>
    public bool TryGrant()
    {
        while (publishers.TryDequeue(out var publisher))
        {
            if (publisher.TrySetResult(RoomResult.Granted))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Sends everybody home.</summary>
    public void End()
    {
        while (publishers.TryDequeue(out var publisher))
        {
            publisher.TrySetResult(RoomResult.Ended);
        }
    }

    /// <summary>Waits for a place, outside the lock.</summary>
    /// <param name="waiter">The place in line.</param>
    /// <param name="giveBack">Gives a place back that came too late.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public static async ValueTask<RoomResult> WaitAsync(TaskCompletionSource<RoomResult> waiter, Action<bool> giveBack, CancellationToken cancellationToken)
    {
        try
        {
            return await waiter.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            if (!waiter.TrySetCanceled(cancellationToken) && await waiter.Task.ConfigureAwait(false) == RoomResult.Granted)
            {
                giveBack(false);
            }

            throw;
        }
    }
}
