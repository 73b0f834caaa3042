namespace Sira.Kernel.Messaging;

/// <summary>One subscriber of one type of message.</summary>
/// <typeparam name="T">The type of message.</typeparam>
internal abstract class Subscription<T>(MessageBus bus) : Subscription(bus)
{
    public abstract void Deliver(in T message);

    /// <summary>Delivers a message, waiting for room where the subscriber has it so.</summary>
    public virtual ValueTask DeliverAsync(T message, CancellationToken cancellationToken)
    {
        Deliver(message);
        return default;
    }

    protected override void OnEnded() => Bus.Remove(this);
}
