using Sira.Errors;

namespace Sira.Gateway.Attempts;

/// <summary>Ends one attempt: when the caller cancels, or when the deadline of the phase it is in passes.</summary>
/// <remarks>
/// One object is token source and deadline, and the timer is made only when an attempt really waits, so an attempt that completes at once costs neither.
/// Moving the deadline later does not touch the timer: when it fires early it is set anew for the rest. So a chunk of a stream costs one clock reading.
/// </remarks>
internal sealed class AttemptCancellation : CancellationTokenSource
{
    private readonly TimeProvider time;
    private readonly CancellationTokenRegistration callerRegistration;
    private readonly long totalDeadline;
    private ITimer? timer;
    private long timerDue;
    private long deadline;
    private int phase;
    private int fired = -1;

    public AttemptCancellation(TimeProvider time, long started, TimeSpan total, CancellationToken caller)
    {
        this.time = time;
        totalDeadline = started + ToTimestamps(total);
        if (caller.CanBeCanceled)
        {
            callerRegistration = caller.UnsafeRegister(static state => ((AttemptCancellation)state!).CancelSafely(), this);
        }
    }

    /// <summary>Gets the timeout that ended the attempt, if one did.</summary>
    public BackendErrorKind? Fired => Volatile.Read(ref fired) is >= 0 and var kind ? (BackendErrorKind)kind : null;

    /// <summary>Ends the attempt unless it is over in time.</summary>
    public void ArmTotal() => Arm(BackendErrorKind.TotalTimeout, totalDeadline);

    /// <summary>Ends the attempt unless the phase is over in time.</summary>
    /// <param name="kind">The timeout of the phase.</param>
    /// <param name="due">The timestamp at which the phase must be over.</param>
    public void Arm(BackendErrorKind kind, long due)
    {
        if (due >= totalDeadline)
        {
            (due, kind) = (totalDeadline, BackendErrorKind.TotalTimeout);
        }

        Volatile.Write(ref phase, (int)kind);
        Volatile.Write(ref deadline, due);
        if (timer is null)
        {
            timerDue = due;
            timer = time.CreateTimer(static state => ((AttemptCancellation)state!).OnTimer(), this, Until(due), Timeout.InfiniteTimeSpan);
        }
        else if (due < Volatile.Read(ref timerDue))
        {
            Volatile.Write(ref timerDue, due);
            timer.Change(Until(due), Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>Converts a timeout to the clock's timestamps, once for all the chunks that it holds for.</summary>
    /// <param name="span">The timeout, which may be infinite.</param>
    /// <returns>The timestamps, few enough to be added to any point in time.</returns>
    public long ToTimestamps(TimeSpan span) =>
        span == Timeout.InfiniteTimeSpan || span.TotalSeconds > long.MaxValue / 4d / time.TimestampFrequency
            ? long.MaxValue / 2
            : (long)(span.TotalSeconds * time.TimestampFrequency);

    /// <summary>Leaves only the total deadline in force: while the consumer works on a chunk, the provider is not idle.</summary>
    public void Disarm()
    {
        Volatile.Write(ref phase, (int)BackendErrorKind.TotalTimeout);
        Volatile.Write(ref deadline, totalDeadline);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            callerRegistration.Dispose();
            timer?.Dispose();
        }

        base.Dispose(disposing);
    }

    private void OnTimer()
    {
        var due = Volatile.Read(ref deadline);
        if (time.GetTimestamp() < due)
        {
            Volatile.Write(ref timerDue, due);
            timer?.Change(Until(due), Timeout.InfiniteTimeSpan);
            return;
        }

        Interlocked.CompareExchange(ref fired, Volatile.Read(ref phase), -1);
        CancelSafely();
    }

    private void CancelSafely()
    {
        try
        {
            Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The attempt ended in the same instant; there is nothing left to cancel.
        }
    }

    // Rounded up to the timer's millisecond, so that it does not fire just before the deadline and is set again for nothing.
    private TimeSpan Until(long due)
    {
        var wait = time.GetElapsedTime(time.GetTimestamp(), due);
        return wait <= TimeSpan.Zero ? TimeSpan.Zero : TimeSpan.FromMilliseconds(Math.Min(Math.Ceiling(wait.TotalMilliseconds), uint.MaxValue - 1d));
    }
}
