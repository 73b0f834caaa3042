using System.Threading.Channels;

namespace Sira.Storage.Changes;

/// <summary>A subscription to changes that somebody else brings: bounded, and saying so when its reader is too slow. For who writes an engine.</summary>
/// <param name="ended">Called once, when it ends.</param>
/// <param name="capacity">How many changes wait at most.</param>
public sealed class ChangeQueue(Action<ChangeQueue> ended, int capacity = ChangeQueue.DefaultCapacity) : IChangeSubscription
{
    /// <summary>How many changes wait unless it is told otherwise: 1024.</summary>
    public const int DefaultCapacity = 1024;

    private readonly Channel<StoreChange> channel = Channel.CreateBounded<StoreChange>(new BoundedChannelOptions(capacity) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });
    private int isMissing;
    private int isClosed;

    /// <summary>Brings a change. Never blocks; what finds no room becomes a <see cref="ChangeKind.Missed"/>.</summary>
    /// <param name="change">The change.</param>
    public void Bring(in StoreChange change)
    {
        if (change.Kind is ChangeKind.Missed || !channel.Writer.TryWrite(change))
        {
            Volatile.Write(ref isMissing, 1);

            // Where the queue is full its reader looks by itself; where it is empty this wakes it.
            channel.Writer.TryWrite(new StoreChange(ChangeKind.Missed, default, default));
        }
    }

    /// <inheritdoc />
    public async IAsyncEnumerator<StoreChange> GetAsyncEnumerator(CancellationToken cancellationToken = default)
    {
        while (await channel.Reader.WaitToReadAsync(cancellationToken).ConfigureAwait(false))
        {
            while (channel.Reader.TryRead(out var change))
            {
                if (change.Kind is not ChangeKind.Missed)
                {
                    yield return change;
                }
            }

            if (Interlocked.Exchange(ref isMissing, 0) == 1)
            {
                yield return new StoreChange(ChangeKind.Missed, default, default);
            }
        }
    }

    /// <summary>Ends the subscription: what was brought can still be read.</summary>
    public void Close()
    {
        if (Interlocked.Exchange(ref isClosed, 1) == 0)
        {
            channel.Writer.TryComplete();
            ended(this);
        }
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync()
    {
        Close();
        return ValueTask.CompletedTask;
    }
}
