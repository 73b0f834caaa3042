using System.Threading.Tasks.Sources;

namespace Sira.Benchmarks.Support;

/// <summary>Something to wait for that the same thread completes, running the continuation inside <see cref="Open"/>. Allocates nothing.</summary>
internal sealed class SameThreadGate : IValueTaskSource
{
    private ManualResetValueTaskSourceCore<bool> core;
    private bool isWaiting;

    public ValueTask WaitAsync()
    {
        core.Reset();
        isWaiting = true;
        return new ValueTask(this, core.Version);
    }

    /// <summary>Lets through whoever waits, and whoever then waits again, until nobody does.</summary>
    public void Open()
    {
        while (isWaiting)
        {
            isWaiting = false;
            core.SetResult(true);
        }
    }

    void IValueTaskSource.GetResult(short token) => core.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => core.GetStatus(token);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        core.OnCompleted(continuation, state, token, flags);
}
