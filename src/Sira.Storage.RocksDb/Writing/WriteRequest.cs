using Sira.Storage.Capabilities;

namespace Sira.Storage.RocksDb.Writing;

/// <summary>A write that somebody waits for.</summary>
internal abstract class WriteRequest(StorageDurability durability)
{
    private const int Waiting = 0;
    private const int Taken = 1;
    private const int Given = 2;

    private int state;

    /// <summary>What it survives once it has returned.</summary>
    public StorageDurability Durability { get; } = durability;

    /// <summary>Roughly how many bytes it writes.</summary>
    public abstract long Bytes { get; }

    /// <summary>Whether nothing else may be in its commit.</summary>
    public virtual bool IsAlone => false;

    /// <summary>Looks at what is there and stages what is to be written. Reads before it stages anything, so that a failure leaves nothing behind.</summary>
    public abstract void Stage(WriteScope scope);

    /// <summary>Ends the waiting.</summary>
    public abstract void Complete();

    /// <summary>Ends the waiting with an error.</summary>
    public abstract void Fail(Exception exception);

    /// <summary>Takes it up, unless its caller has left. From then on the caller stays until it is done.</summary>
    public bool TryTake() => Interlocked.CompareExchange(ref state, Taken, Waiting) == Waiting;

    /// <summary>Gives it up for its caller, unless it was taken up.</summary>
    public void Cancel(CancellationToken cancellationToken)
    {
        if (Interlocked.CompareExchange(ref state, Given, Waiting) == Waiting)
        {
            Fail(new OperationCanceledException(cancellationToken));
        }
    }
}
