using Sira.Kernel.Admission.Fairness;
using Sira.Kernel.Resources;

namespace Sira.Kernel.Admission;

/// <summary>One who asks for a reservation and, if need be, waits for it.</summary>
/// <remarks>Changed in the waiting room only, and published outside of it, once.</remarks>
internal sealed class WaitingEntry(AdmissionQueue queue, QueueEntry how, FairTenant? tenant, long ticket)
{
    // Timers count in milliseconds: one that is due sooner would fire at once and find nothing changed.
    private static readonly TimeSpan ShortestTimer = TimeSpan.FromMilliseconds(1);

    // Its continuations run where it is published.
    private TaskCompletionSource<QueuedReservation>? completion;
    private ITimer? timer;
    private long deadline;
    private long agesAt = long.MaxValue;
    private long? timerSetTo;
    private TimeSpan ageing;
    private QueuedReservation outcome;
    private Exception? failure;
    private CancellationToken cancelledBy;

    public AdmissionQueue Queue { get; } = queue;

    /// <summary>Gets the tenant for which it asks; <see langword="null"/> in a queue without fair sharing.</summary>
    public FairTenant? Tenant { get; } = tenant;

    /// <summary>Gets or sets what it asks for: one place for each set, of which it gets one.</summary>
    public WaitingPlace[] Places { get; set; } = [];

    /// <summary>Gets the priority, which grows with the time waited where the queue says so.</summary>
    public int Priority { get; private set; } = how.Priority;

    /// <summary>Gets or sets its number in the order among equals, which those who share fairly exchange.</summary>
    public long Ticket { get; set; } = ticket;

    /// <summary>Gets its number in the order of arrival.</summary>
    public long Arrival { get; } = ticket;

    public long ArrivedAt { get; } = queue.Now;

    /// <summary>Gets or sets where its queue keeps it among those of its tenant.</summary>
    public LinkedListNode<WaitingEntry>? QueueNode { get; set; }

    public bool IsWaiting { get; private set; }

    /// <summary>Gets the task that ends when it is published.</summary>
    public Task<QueuedReservation> Task => completion!.Task;

    public void BeginToWait(TimeSpan wait)
    {
        IsWaiting = true;
        deadline = Queue.Later(ArrivedAt, wait);
        if (Queue.Options.Ageing is { } interval)
        {
            (ageing, agesAt) = (interval, Queue.Later(ArrivedAt, interval));
        }

        completion = new TaskCompletionSource<QueuedReservation>();
        timer = Queue.Time.CreateTimer(static state => WaitingRoom.Shared.Tick((WaitingEntry)state!), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        SetTimer(ArrivedAt);
    }

    public void EndToWait() => IsWaiting = false;

    /// <summary>Returns whether its deadline has come.</summary>
    public bool IsOver(long now) => deadline <= now;

    /// <summary>Returns whether it has become more important by waiting, which then is to be noted in its lines.</summary>
    public bool IsToAge(long now) => agesAt <= now;

    /// <summary>Raises the priority by what it has waited since the last time.</summary>
    public void Age()
    {
        for (var now = Queue.Now; IsToAge(now); agesAt = Queue.Later(agesAt, ageing))
        {
            Priority = Priority < int.MaxValue ? Priority + 1 : Priority;
        }
    }

    /// <summary>Sets the timer to the deadline, or to when it ages or may fit if that is sooner.</summary>
    public void SetTimer(long now)
    {
        var due = Math.Min(deadline, agesAt);
        foreach (var place in Places)
        {
            if (place.RetryAt is { } retry && retry > now && retry < due)
            {
                due = retry;
            }
        }

        if (timerSetTo != due)
        {
            timerSetTo = due;
            var left = Queue.Span(due - now);
            timer!.Change(left > ShortestTimer ? left : ShortestTimer, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>Notes that the timer has come, maybe a little before its time.</summary>
    public void TimerCame() => timerSetTo = null;

    public void EndTimer() => timer!.Dispose();

    public QueuedReservation Grant(Reservation reservation, int alternative) => QueuedReservation.Granted(reservation, alternative, Queue.Since(ArrivedAt));

    public QueuedReservation Refuse(AdmissionRefusal refusal, in ResourceRejection reason) => QueuedReservation.Refused(refusal, reason, Queue.Since(ArrivedAt));

    /// <summary>Refuses it, for the reason for which it waits: of several, the one that would pass first.</summary>
    public QueuedReservation Refuse(AdmissionRefusal refusal)
    {
        ResourceRejection reason = default;
        foreach (var place in Places)
        {
            if (place.Line is { } line && place.Describe(line) is var described && (reason.Pool is null || described.RetryAfter < (reason.RetryAfter ?? TimeSpan.MaxValue)))
            {
                reason = described;
            }
        }

        return Refuse(refusal, reason);
    }

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
}
