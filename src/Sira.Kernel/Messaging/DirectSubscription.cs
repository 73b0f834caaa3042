namespace Sira.Kernel.Messaging;

/// <summary>A subscriber that is called on the publisher's thread.</summary>
/// <typeparam name="T">The type of message.</typeparam>
internal sealed class DirectSubscription<T>(MessageBus bus, Action<T> handler) : Subscription<T>(bus), IDisposable
{
    public override void Deliver(in T message) => handler(message);

    public void Dispose() => End();
}
