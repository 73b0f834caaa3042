using Sira.Kernel.Resources;

namespace Sira.Kernel.Admission;

/// <summary>One who asks for a reservation and, if need be, waits for it.</summary>
/// <remarks>Changed in the waiting room only, and published outside of it, once.</remarks>
internal sealed class WaitingEntry(AdmissionQueue queue, ResourceRequest[] requests, int priority, long ticket)
{
    // Timers count in milliseconds: one that is due sooner would fire at once and find nothing changed.
    private static readonly TimeSpan ShortestTimer = TimeSpan.FromMilliseconds(1);

    // Its continuations run where it is published.
    private TaskCompletionSource<QueuedReservation>? completion;
    private ITimer? timer;
    private ResourceRejection rejection;
    private long rejectedAt;
    private long deadline;
    private QueuedReservation outcome;
    private Exception? failure;
    private CancellationToken cancelledBy;

    public AdmissionQueue Queue { get; } = queue;

    public ResourceRequest[] Requests { get; } = requests;

    public int Priority { get; } = priority;

    public long Ticket { get; } = ticket;

    public long ArrivedAt { get; } = queue.Now;

    /// <summary>Gets or sets where it stands; <see langword="null"/> unless it waits.</summary>
    public WaitLine? Line { get; set; }

    public bool IsOver => deadline <= Queue.Now;

    /// <summary>Gets the task that ends when it is published.</summary>
    public Task<QueuedReservation> Task => completion!.Task;

    public void BeginToWait(TimeSpan wait)
    {
        deadline = Queue.After(wait);
        completion = new TaskCompletionSource<QueuedReservation>();
        timer = Queue.Time.CreateTimer(static state => WaitingRoom.Shared.Tick((WaitingEntry)state!), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        SetTimer(Timeout.InfiniteTimeSpan);
    }

    /// <summary>Sets the timer to the deadline, or to when the reservation may fit if that is sooner.</summary>
    /// <param name="retryAfter">When it may fit; infinite if unknown.</param>
    public void SetTimer(TimeSpan retryAfter)
    {
        var due = Queue.Until(deadline);
        due = retryAfter != Timeout.InfiniteTimeSpan && retryAfter < due ? retryAfter : due;
        timer!.Change(due > ShortestTimer ? due : ShortestTimer, Timeout.InfiniteTimeSpan);
    }

    public void SetTimer() => SetTimer(rejection.RetryAfter ?? Timeout.InfiniteTimeSpan);

    public void EndTimer() => timer!.Dispose();

    public void Reject(in ResourceRejection reason) => (rejection, rejectedAt) = (reason, Queue.Now);

    public QueuedReservation Grant(Reservation reservation) => QueuedReservation.Granted(reservation, Queue.Since(ArrivedAt));

    public QueuedReservation Refuse(AdmissionRefusal refusal, WaitLine line) => Refuse(refusal, Describe(line));

    public QueuedReservation Refuse(AdmissionRefusal refusal, in ResourceRejection reason) => QueuedReservation.Refused(refusal, reason, Queue.Since(ArrivedAt));

    public void Decide(in QueuedReservation result) => outcome = result;

    public void Fail(Exception exception) => failure = exception;

    public void Cancel(CancellationToken token) => cancelledBy = token;

    /// <summary>Wakes whoever waits for it, on this thread.</summary>
    public void Publish()
    {
        if (failure is not null)
        {
            completion!.TrySetException(failure);
        }
        else if (cancelledBy.IsCancellationRequested)
        {
            completion!.TrySetCanceled(cancelledBy);
        }
        else
        {
            completion!.TrySetResult(outcome);
        }
    }

    // Who stands behind others has not been refused by the pool itself; it fits no sooner than the first of them.
    private ResourceRejection Describe(WaitLine line)
    {
        long asked = 0;
        foreach (var (pool, amount) in Requests)
        {
            asked += ReferenceEquals(pool, line.Pool) ? amount : 0;
        }

        var refused = ReferenceEquals(rejection.Pool, line.Pool) ? this : line.First;
        return new ResourceRejection(line.Pool, asked, line.Pool.Used, refused?.RemainingRetryAfter(line.Pool));
    }

    private TimeSpan? RemainingRetryAfter(ResourcePool pool) =>
        ReferenceEquals(rejection.Pool, pool) && rejection.RetryAfter - Queue.Since(rejectedAt) is { } left ? (left > TimeSpan.Zero ? left : TimeSpan.Zero) : null;
}
