using Sira.Kernel.Health;

namespace Sira.Kernel.Backup.Participants;

/// <summary>Opens breakers for the rest of their break, as a retry-after does.</summary>
internal sealed class BreakerRestore(List<(CircuitBreaker Breaker, TimeSpan Left)> breaks, List<string> notes) : IStateRestore
{
    public IReadOnlyList<string> Notes => notes;

    public ValueTask CommitAsync(CancellationToken cancellationToken)
    {
        foreach (var (breaker, left) in breaks)
        {
            // One that is open by now has its own reasons, which are newer.
            if (breaker.State == CircuitState.Closed && breaker.TryEnter(out var permit))
            {
                breaker.Record(permit, CircuitOutcome.Failure, left);
            }
        }

        return ValueTask.CompletedTask;
    }

    // A break ends by itself, and a call too few is no harm.
    public ValueTask UndoAsync() => ValueTask.CompletedTask;
}
