namespace Sira.Kernel.Messaging;

/// <summary>One subscriber, whatever it listens to.</summary>
internal abstract class Subscription(MessageBus bus)
{
    private int ended;

    /// <summary>Gets a value indicating whether the subscription has ended; a publication that began before then skips it.</summary>
    public bool Ended => Volatile.Read(ref ended) != 0;

    protected MessageBus Bus => bus;

    /// <summary>Takes the subscription off the bus; what is queued is handled still. Calls after the first do nothing.</summary>
    public void End()
    {
        if (Interlocked.Exchange(ref ended, 1) == 0)
        {
            OnEnded();
        }
    }

    protected abstract void OnEnded();
}
