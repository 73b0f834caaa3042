using Microsoft.Extensions.Logging;
using Sira.Errors;
using Sira.Gateway.Telemetry;

namespace Sira.Gateway.Attempts;

/// <summary>Ends one attempt: when the caller cancels, or when the deadline of the phase it is in passes.</summary>
/// <remarks>
/// One object is token source and deadline, and the timer is made only when an attempt really waits, so an attempt that completes at once costs neither.
/// Moving the deadline later does not touch the timer: when it fires early it is set anew for the rest. So a chunk of a stream costs one clock reading.
/// A backend that does not end when it is cancelled is waited for a quarter of a second and no longer.
/// </remarks>
internal abstract class AttemptCancellation : CancellationTokenSource
{
    // How long a cancelled backend has to end: well-behaved ones end at once, the others must not hold the caller. It is counted
    // in steps, so that a process which was itself suspended does not take its own pause for the backend's.
    private const int GraceSteps = 5;
    private static readonly TimeSpan GraceStep = TimeSpan.FromMilliseconds(50);

    private readonly CancellationTokenRegistration callerRegistration;
    private readonly long totalDeadline;
    private ITimer? timer;
    private BoundedWait? wait;
    private BoundedWait? graced;
    private long timerDue;
    private long deadline;
    private int phase;
    private int fired = -1;
    private int stepsLeft = -1;

    protected AttemptCancellation(TimeProvider time, long started, TimeSpan total, CancellationToken caller)
    {
        totalDeadline = started + ToTimestamps(time, total);

        // The properties are not there yet; but nobody can have put a callback on the token either that would need them.
        if (caller.CanBeCanceled)
        {
            callerRegistration = caller.UnsafeRegister(static state => ((AttemptCancellation)state!).CancelSafely(), this);
        }
    }

    /// <summary>Gets the timeout that ended the attempt, if one did.</summary>
    public BackendErrorKind? Fired => Volatile.Read(ref fired) is >= 0 and var kind ? (BackendErrorKind)kind : null;

    // Not fields: each would cost every attempt eight bytes more.
    protected abstract TimeProvider Time { get; }

    protected abstract ILogger Logger { get; }

    protected abstract string TargetName { get; }

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
        Interlocked.Exchange(ref deadline, due);
        if (timer is null)
        {
            timerDue = due;
            timer = CreateTimer(Until(due));
        }
        else if (due < Volatile.Read(ref timerDue))
        {
            SetTimer(due);
        }
    }

    /// <summary>Converts a timeout to the clock's timestamps, once for all the chunks that it holds for.</summary>
    /// <param name="span">The timeout, which may be infinite.</param>
    /// <returns>The timestamps, few enough to be added to any point in time.</returns>
    public long ToTimestamps(TimeSpan span) => ToTimestamps(Time, span);

    private static long ToTimestamps(TimeProvider time, TimeSpan span) =>
        span == Timeout.InfiniteTimeSpan || span.TotalSeconds > long.MaxValue / 4d / time.TimestampFrequency
            ? long.MaxValue / 2
            : (long)(span.TotalSeconds * time.TimestampFrequency);

    /// <summary>The phase is over: until the next one is armed only the total timeout can end the attempt.</summary>
    public void Disarm()
    {
        Volatile.Write(ref phase, (int)BackendErrorKind.TotalTimeout);
        Volatile.Write(ref deadline, totalDeadline);
    }

    /// <summary>Waits for the backend, and no longer than the grace once the attempt is cancelled.</summary>
    /// <typeparam name="T">The type of the result.</typeparam>
    /// <param name="pending">What the backend is doing; nothing else may await it.</param>
    /// <param name="with">The object to wait with.</param>
    /// <param name="isClosing">Whether the backend has only to let go, for which it has the grace and no more.</param>
    public ValueTask<T> WaitAsync<T>(ValueTask<T> pending, BoundedWait<T> with, bool isClosing = false)
    {
        timer ??= CreateTimer(Timeout.InfiniteTimeSpan);
        wait = with;
        var waiting = with.WaitAsync(pending);

        // Whoever cancels looks for a wait afterwards, and whoever waits looks for a cancellation: one of the two sees the other.
        if (isClosing || IsCancellationRequested)
        {
            BeginGrace();
        }

        return waiting;
    }

    /// <summary>Cancels the attempt; what callbacks of the backend throw is logged.</summary>
    public void CancelSafely()
    {
        try
        {
            Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The attempt ended in the same instant; there is nothing left to cancel.
        }
        catch (AggregateException exception)
        {
            // Thrown on, it would end the process from the timer's thread, or land in the caller's own Cancel.
            Logger.CancellationCallbackFailed(exception, TargetName);
        }

        BeginGrace();
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

    private void BeginGrace()
    {
        // Once for each wait: who is cancelled by the caller and then left for another as well has had its grace.
        if (wait is { IsWaiting: true } && !ReferenceEquals(wait, graced))
        {
            graced = wait;
            Volatile.Write(ref stepsLeft, GraceSteps);
            NextStep();
        }
    }

    private void NextStep()
    {
        var due = Time.GetTimestamp() + ToTimestamps(GraceStep);
        Interlocked.Exchange(ref deadline, due);
        SetTimer(due);
    }

    private void OnTimer()
    {
        var due = Volatile.Read(ref deadline);
        while (Time.GetTimestamp() < due)
        {
            SetTimer(due);

            // The next phase may have been armed meanwhile, and have left the timer alone because of when it was due before.
            var latest = Volatile.Read(ref deadline);
            if (latest >= due)
            {
                return;
            }

            due = latest;
        }

        if (Volatile.Read(ref stepsLeft) is >= 0 and var steps)
        {
            if (steps > 1)
            {
                Volatile.Write(ref stepsLeft, steps - 1);
                NextStep();
            }
            else if (wait?.GiveUp() == true)
            {
                Logger.BackendLeftBehind(TargetName);
            }

            return;
        }

        Interlocked.CompareExchange(ref fired, Volatile.Read(ref phase), -1);
        CancelSafely();
    }

    private ITimer CreateTimer(TimeSpan dueTime) =>
        Time.CreateTimer(static state => ((AttemptCancellation)state!).OnTimer(), this, dueTime, Timeout.InfiniteTimeSpan);

    private void SetTimer(long due)
    {
        Interlocked.Exchange(ref timerDue, due);
        timer?.Change(Until(due), Timeout.InfiniteTimeSpan);
    }

    // Rounded up to the timer's millisecond, so that it does not fire just before the deadline and is set again for nothing.
    private TimeSpan Until(long due)
    {
        var wait = Time.GetElapsedTime(Time.GetTimestamp(), due);
        return wait <= TimeSpan.Zero ? TimeSpan.Zero : TimeSpan.FromMilliseconds(Math.Min(Math.Ceiling(wait.TotalMilliseconds), uint.MaxValue - 1d));
    }
}
