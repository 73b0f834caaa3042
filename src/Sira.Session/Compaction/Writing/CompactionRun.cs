namespace Sira.Session.Compaction.Writing;

/// <summary>A compaction under way, and who waits for it.</summary>
#pragma warning disable CA1001 // A source without a timer holds nothing that would have to be disposed of, and who leaves last may come after the end.
internal sealed class CompactionRun
#pragma warning restore CA1001
{
    private readonly TaskCompletionSource<CompactionResult?> completion = new();
    private readonly CancellationTokenSource cancellation = new();
    private readonly Lock gate = new();
    private int waiting = 1;

    public CompactionRun() => Token = cancellation.Token;

    /// <summary>Ends when nobody waits any more.</summary>
    public CancellationToken Token { get; }

    /// <summary>Lets one more wait.</summary>
    /// <returns>Whether the run still goes on; one that everybody has left is ending.</returns>
    public bool TryJoin()
    {
        lock (gate)
        {
            waiting += waiting > 0 ? 1 : 0;
            return waiting > 0;
        }
    }

    public void Complete(CompactionResult? result) => completion.TrySetResult(result);

    /// <summary>Waits. The last who gives up waits until the run has ended, so that nothing goes on behind its back.</summary>
    public async Task<CompactionResult> WaitAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await completion.Task.WaitAsync(cancellationToken).ConfigureAwait(false) ?? throw new OperationCanceledException(cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            if (Leave())
            {
                // Outside of every lock: what is cancelled ends right here.
                await cancellation.CancelAsync().ConfigureAwait(false);
                await completion.Task.ConfigureAwait(false);
            }

            throw;
        }
    }

    // Whether it was the last.
    private bool Leave()
    {
        lock (gate)
        {
            return --waiting == 0;
        }
    }
}
