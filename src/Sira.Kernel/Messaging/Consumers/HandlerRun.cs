namespace Sira.Kernel.Messaging.Consumers;

/// <summary>One run of a handler, as its execution context knows it.</summary>
/// <param name="owner">The subscription.</param>
internal sealed class HandlerRun(object owner)
{
    private volatile bool isRunning = true;

    public object Owner => owner;

    public bool IsRunning
    {
        get => isRunning;
        set => isRunning = value;
    }
}
