using System.Runtime.CompilerServices;

namespace Sira.Kernel.Messaging.Durable;

/// <summary>Goes to the end of the thread pool's common queue. <see cref="Task.Yield"/> and the like go to the front of the thread's own, before everything that was queued there a moment ago.</summary>
internal readonly struct PoolYield : ICriticalNotifyCompletion
{
    public bool IsCompleted => false;

    public PoolYield GetAwaiter() => this;

    public void GetResult()
    {
        // There is none.
    }

    public void OnCompleted(Action continuation) => ThreadPool.QueueUserWorkItem(static action => action(), continuation, preferLocal: false);

    public void UnsafeOnCompleted(Action continuation) => ThreadPool.UnsafeQueueUserWorkItem(static action => action(), continuation, preferLocal: false);
}
