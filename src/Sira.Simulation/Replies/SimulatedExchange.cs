using Sira.Kernel.Time;

namespace Sira.Simulation.Replies;

/// <summary>A request that is being answered. Whoever plays the reply tells how it ended, once.</summary>
/// <param name="provider">The provider.</param>
/// <param name="request">The request.</param>
/// <param name="reply">The reply.</param>
internal sealed class SimulatedExchange(SimulatedProvider provider, SimulatedRequest request, Reply reply)
{
    /// <summary>Gets the request.</summary>
    public SimulatedRequest Request => request;

    /// <summary>Gets the reply.</summary>
    public Reply Reply => reply;

    /// <summary>Gets the clock that the reply's delays are measured with.</summary>
    public TimeProvider Clock => provider.Clock;

    /// <summary>Waits until the reply begins, for ever if it never does.</summary>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>A task that ends when the reply begins.</returns>
    public Task WaitForStartAsync(CancellationToken cancellationToken)
    {
        if (reply.Start == ReplyStart.Never)
        {
            return InlineDelay.WaitAsync(Timeout.InfiniteTimeSpan, Clock, cancellationToken);
        }

        return reply.Delay > TimeSpan.Zero ? InlineDelay.WaitAsync(RoundUp(reply.Delay), Clock, cancellationToken) : Task.CompletedTask;
    }

    /// <summary>Waits until a step of the body is due.</summary>
    /// <param name="step">The step.</param>
    /// <param name="bodyStart">The timestamp of the headers.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>A task that ends then.</returns>
    public async ValueTask WaitForStepAsync(ReplyStep step, long bodyStart, CancellationToken cancellationToken)
    {
        while (step.At > TimeSpan.Zero && step.At - Clock.GetElapsedTime(bodyStart) is var wait && wait > TimeSpan.Zero)
        {
            await InlineDelay.WaitAsync(RoundUp(wait), Clock, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Records how the exchange ended; only the first call counts.</summary>
    /// <param name="outcome">How.</param>
    public void End(SimulatedRequestOutcome outcome)
    {
        if (request.TryEnd(outcome))
        {
            provider.Ended();
        }
    }

    // Timers of the system drop fractions of a millisecond, and would fire at once for less than one.
    private static TimeSpan RoundUp(TimeSpan delay) => TimeSpan.FromMilliseconds(Math.Ceiling(delay.TotalMilliseconds));
}
