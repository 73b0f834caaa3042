namespace Sira.Kernel.Messaging;

/// <summary>One subscriber of one type of message.</summary>
/// <typeparam name="T">The type of message.</typeparam>
internal abstract class Subscription<T>(MessageBus bus) : Subscription(bus)
{
    public abstract void Deliver(in T message);

    protected override void OnEnded() => Bus.Remove(this);
}
