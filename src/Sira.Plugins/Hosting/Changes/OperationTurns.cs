namespace Sira.Plugins.Hosting.Changes;

/// <summary>Lets operations run one after another, and some of them go first.</summary>
#pragma warning disable CA1001 // A semaphore whose handle nobody asks for holds nothing, and who comes late is to be told that the host is closed, not that the semaphore is.
internal sealed class OperationTurns
#pragma warning restore CA1001
{
    private readonly SemaphoreSlim turns = new(1, 1);
    private readonly Lock gate = new();
    private CancellationTokenSource? current;
    private int urgent;

    /// <summary>Runs an operation that gives way to one that goes first: its token is cancelled, and what had not begun to change anything begins anew afterwards.</summary>
    public async Task<T> RunAsync<T>(Func<CancellationToken, Task<T>> operation, CancellationToken cancellationToken)
    {
        while (true)
        {
            await turns.WaitAsync(cancellationToken).ConfigureAwait(false);
            using var own = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            try
            {
                if (TryBegin(own))
                {
                    return await operation(own.Token).ConfigureAwait(false);
                }
            }
            catch (OperationCanceledException) when (own.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
            {
                // Once more, after the one that goes first.
            }
            finally
            {
                lock (gate)
                {
                    current = null;
                }

                turns.Release();
            }
        }
    }

    /// <summary>Runs an operation before those that wait, and as soon as the one that runs can give way.</summary>
    public async Task RunFirstAsync(Func<Task> operation, CancellationToken cancellationToken)
    {
        lock (gate)
        {
            urgent++;
            _ = current?.CancelAsync();
        }

        try
        {
            await turns.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            lock (gate)
            {
                urgent--;
            }
        }

        await RunAndReleaseAsync(operation).ConfigureAwait(false);
    }

    /// <summary>Runs an operation that gives way to nobody.</summary>
    public async Task RunWholeAsync(Func<Task> operation, CancellationToken cancellationToken)
    {
        await turns.WaitAsync(cancellationToken).ConfigureAwait(false);
        await RunAndReleaseAsync(operation).ConfigureAwait(false);
    }

    private async Task RunAndReleaseAsync(Func<Task> operation)
    {
        try
        {
            await operation().ConfigureAwait(false);
        }
        finally
        {
            turns.Release();
        }
    }

    private bool TryBegin(CancellationTokenSource own)
    {
        lock (gate)
        {
            current = urgent == 0 ? own : null;
            return current is not null;
        }
    }
}
