namespace Sira.Storage.PostgreSql.Connections;

/// <summary>Lets a statement whose caller has given up end by itself, and asks the server to give it up only when it has not after a moment.</summary>
/// <remarks>To ask is a connection of its own, which Npgsql makes on the thread that cancels, and most statements end before it would be there. Those that do not are asked for by a few threads at most, so that a thousand callers who give up at once do not take all threads of the pool.</remarks>
internal sealed class PatientCancellation : IDisposable
{
    /// <summary>How long the statement has: longer than nearly all take, and too short to be noticed by somebody who gives up.</summary>
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(100);

    private readonly Lock gate = new();
    private readonly TimeProvider time;
    private readonly TaskScheduler asking;

    // Not disposed of: it has no timer and no handle, and may be cancelled at the same time.
    private readonly CancellationTokenSource source = new();
    private readonly CancellationTokenRegistration registration;
    private ITimer? timer;
    private bool isOver;

    /// <summary>Initializes a new instance.</summary>
    /// <param name="time">The clock.</param>
    /// <param name="asking">Where the server is asked.</param>
    /// <param name="caller">Cancelled when the caller gives up.</param>
    public PatientCancellation(TimeProvider time, TaskScheduler asking, CancellationToken caller)
    {
        (this.time, this.asking) = (time, asking);
        registration = caller.UnsafeRegister(static self => ((PatientCancellation)self!).Begin(), this);
    }

    /// <summary>For the statement: cancelled some time after the caller has given up.</summary>
    public CancellationToken Token => source.Token;

    /// <summary>Says that the statement has ended.</summary>
    public void Dispose()
    {
        registration.Unregister();
        lock (gate)
        {
            isOver = true;
            timer?.Dispose();
        }
    }

    private void Begin()
    {
        lock (gate)
        {
            timer = isOver ? null : time.CreateTimer(static self => ((PatientCancellation)self!).End(), this, Moment, Timeout.InfiniteTimeSpan);
        }
    }

    private void End() => _ = Task.Factory.StartNew(static self => ((PatientCancellation)self!).Ask(), this, CancellationToken.None, TaskCreationOptions.DenyChildAttach, asking);

    private void Ask()
    {
        if (!Volatile.Read(ref isOver))
        {
            source.Cancel();
        }
    }
}
