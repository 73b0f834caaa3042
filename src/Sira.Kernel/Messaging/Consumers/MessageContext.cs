using System.Diagnostics.CodeAnalysis;
using Sira.Kernel.Messaging.DeadLetters;
using Sira.Kernel.Messaging.Queueing;

namespace Sira.Kernel.Messaging.Consumers;

/// <summary>One delivery of a message. The first call that settles it counts; later ones, and those after the acknowledgement window, do nothing.</summary>
/// <typeparam name="T">The type of message.</typeparam>
/// <remarks>Thread-safe.</remarks>
public sealed class MessageContext<T>
{
    private const int Settled = 1;
    private const int Expired = 2;

    private readonly ConsumerGroup<T> group;
    private readonly CancellationTokenSource? expiry;
    private readonly ITimer? window;
    private readonly Lock? gate;
    private int settled;
    private bool hasReturned;
    private bool isLate;

    internal MessageContext(ConsumerGroup<T> group, PendingMessage<T> pending, CancellationToken stopping)
    {
        (this.group, Pending, Delivery, CancellationToken) = (group, pending, pending.Deliveries, stopping);
        if (group.Options.Window is { } length)
        {
            gate = new Lock();
            expiry = CancellationTokenSource.CreateLinkedTokenSource(stopping);
            CancellationToken = expiry.Token;
            window = group.Hub.Time.CreateTimer(static state => ((MessageContext<T>)state!).Expire(), this, length, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>Gets the content.</summary>
    public T Message => Pending.Body;

    /// <summary>Gets topic, key, headers and the like.</summary>
    public MessageMetadata Metadata => Pending.Metadata;

    /// <summary>Gets the number of this delivery, from 1 on.</summary>
    public int Delivery { get; }

    /// <summary>Gets the name of the group.</summary>
    public string Group => group.Name;

    /// <summary>Gets the partition; <see langword="null"/> where the group has none.</summary>
    public int? Partition => Pending.Lane?.Index;

    internal PendingMessage<T> Pending { get; }

    internal CancellationToken CancellationToken { get; }

    internal bool IsSettled => Volatile.Read(ref settled) != 0;

    /// <summary>The message is handled.</summary>
    /// <returns>Whether this settled it.</returns>
    public bool Acknowledge()
    {
        if (!TrySettle())
        {
            return false;
        }

        group.Acknowledged(Pending);
        return true;
    }

    /// <summary>The message is to be delivered again; it counts as failed, and is a dead letter when it has failed often enough.</summary>
    /// <param name="after">When; <see langword="null"/> leaves that to the <see cref="MessageRetryOptions"/>.</param>
    /// <returns>Whether this settled it.</returns>
    public bool Retry(TimeSpan? after = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(after ?? TimeSpan.Zero, TimeSpan.Zero, nameof(after));
        if (!TrySettle())
        {
            return false;
        }

        group.Failed(Pending, exception: null, "The handler asked for a retry.", DeadLetterReason.Failed, after);
        return true;
    }

    /// <summary>The message is set aside as a dead letter.</summary>
    /// <param name="reason">Why, for whoever looks at the dead letters.</param>
    /// <returns>Whether this settled it.</returns>
    public bool Reject(string reason)
    {
        ArgumentNullException.ThrowIfNull(reason);
        if (!TrySettle())
        {
            return false;
        }

        group.SetAside(Pending, DeadLetterReason.Rejected, exception: null, reason);
        return true;
    }

    /// <summary>The handler is still at it: the acknowledgement window begins anew.</summary>
    /// <returns>Whether the window was still open.</returns>
    public bool ExtendWindow() => !IsSettled && window is not null && window.Change(group.Options.Window!.Value, Timeout.InfiniteTimeSpan);

    internal void Fail(Exception exception)
    {
        if (TrySettle())
        {
            group.Failed(Pending, exception, exception.Message, DeadLetterReason.Failed, after: null);
        }
        else
        {
            // The message is settled and stays so, but somebody should hear of it.
            group.Hub.HandlerFault(typeof(T), exception);
        }
    }

    /// <summary>The subscription ended before the handler had.</summary>
    internal void Abandon()
    {
        if (TrySettle())
        {
            group.Abandoned(Pending);
        }
    }

    /// <summary>The handler has returned or thrown.</summary>
    internal void Leave()
    {
        if (gate is null)
        {
            return; // Without a window there is nothing that comes late.
        }

        bool wasLate;
        lock (gate)
        {
            (hasReturned, wasLate) = (true, isLate);
        }

        if (wasLate)
        {
            FailLate();
        }

        Release();
    }

    private bool TrySettle(int how = Settled)
    {
        if (Interlocked.CompareExchange(ref settled, how, 0) != 0)
        {
            return false;
        }

        window?.Dispose();
        Release();
        return true;
    }

    // Or the token would stay registered with the subscription's for as long as that lasts. Not while the handler may look at it, nor before its expiry has reached it.
    private void Release()
    {
        if (gate is null)
        {
            return;
        }

        lock (gate)
        {
            if (hasReturned && Volatile.Read(ref settled) == Settled)
            {
                expiry?.Dispose();
            }
        }
    }

    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "On a timer's thread it would end the process.")]
    private void Expire()
    {
        if (!TrySettle(Expired))
        {
            return;
        }

        // A partition handles one message at a time, and a handler that ignores its token is still at it.
        lock (gate!)
        {
            isLate = !hasReturned && Pending.Lane is not null;
        }

        if (!isLate)
        {
            FailLate();
        }

        try
        {
            expiry!.Cancel();
        }
        catch (Exception exception)
        {
            // Thrown by what the handler registered on its token.
            group.Hub.HandlerFault(typeof(T), exception);
        }
        finally
        {
            expiry!.Dispose();
        }
    }

    private void FailLate() =>
        group.Failed(Pending, exception: null, "The message was not settled within the acknowledgement window.", DeadLetterReason.NotAcknowledged, after: null);
}
