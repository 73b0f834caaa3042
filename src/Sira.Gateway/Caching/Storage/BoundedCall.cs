namespace Sira.Gateway.Caching.Storage;

/// <summary>Calls something beside the request that may not hold it up: a second level, a generator of embeddings.</summary>
internal static class BoundedCall
{
    /// <summary>Calls and waits no longer than a given time, also for something that ignores its token.</summary>
    /// <exception cref="TimeoutException">The time passed.</exception>
    /// <exception cref="OperationCanceledException">The caller cancelled.</exception>
    public static async Task<T> RunAsync<TState, T>(Func<TState, CancellationToken, Task<T>> call, TState state, TimeSpan timeout, TimeProvider time, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var pending = call(state, ending.Token);
        if (pending.IsCompleted)
        {
            return await pending.ConfigureAwait(false);
        }

        var timer = time.CreateTimer(static source => Cancel((CancellationTokenSource)source!), ending, timeout, Timeout.InfiniteTimeSpan);
        await using (timer.ConfigureAwait(false))
        {
            try
            {
                return await pending.WaitAsync(ending.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException exception) when (ending.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
            {
                throw new TimeoutException($"It took longer than {Kernel.Configuration.DurationText.Write(timeout)}.", exception);
            }
        }
    }

    private static void Cancel(CancellationTokenSource source)
    {
        try
        {
            source.Cancel();
        }
        catch (Exception exception) when (exception is AggregateException or ObjectDisposedException)
        {
            // A callback of what was called threw, or the call has just ended: the wait is over either way.
        }
    }
}
