using System.Runtime.CompilerServices;
using System.Threading.Tasks.Sources;

namespace Sira.Gateway.Attempts;

/// <summary>Waits for one thing after another, each until it ends or is given up. One object serves all waits of a stream, and continues them on the thread that ended them.</summary>
/// <typeparam name="T">The type of the result.</typeparam>
/// <param name="ended">Called when work ends that had been given up, to clean up after it; must not throw.</param>
internal sealed class BoundedWait<T>(Action? ended = null) : BoundedWait, IValueTaskSource<T>
{
    private const int Idle = 0;
    private const int Waiting = 1;
    private const int GivenUp = 2;

    private ManualResetValueTaskSourceCore<T> core;
    private ConfiguredValueTaskAwaitable<T>.ConfiguredValueTaskAwaiter work;
    private Action? onCompleted;
    private int state;

    public override bool IsWaiting => Volatile.Read(ref state) == Waiting;

    /// <summary>Gets whether work was left behind; what it uses must not be touched before it ends.</summary>
    public bool HasGivenUp => Volatile.Read(ref state) == GivenUp;

    /// <summary>Begins to wait.</summary>
    /// <param name="pending">The work; nothing else may await it.</param>
    public ValueTask<T> WaitAsync(ValueTask<T> pending)
    {
        core.Reset();
        work = pending.ConfigureAwait(false).GetAwaiter();
        Interlocked.Exchange(ref state, Waiting);
        var version = core.Version;
        work.UnsafeOnCompleted(onCompleted ??= OnCompleted);
        return new ValueTask<T>(this, version);
    }

    public override bool GiveUp()
    {
        if (Interlocked.CompareExchange(ref state, GivenUp, Waiting) != Waiting)
        {
            return false;
        }

        core.SetException(new OperationCanceledException("The backend did not end when it was cancelled, so it was left behind."));
        return true;
    }

    T IValueTaskSource<T>.GetResult(short token) => core.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<T>.GetStatus(short token) => core.GetStatus(token);

    void IValueTaskSource<T>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        core.OnCompleted(continuation, state, token, flags);

    private void OnCompleted()
    {
        var inTime = Interlocked.CompareExchange(ref state, Idle, Waiting) == Waiting;
        T result;
        try
        {
            result = work.GetResult();
        }
        catch (Exception exception)
        {
            // Read also when it comes too late, so that nobody is told of an unobserved exception.
            Continue(inTime, exception);
            return;
        }

        if (inTime)
        {
            core.SetResult(result);
        }
        else
        {
            ended?.Invoke();
        }
    }

    private void Continue(bool inTime, Exception exception)
    {
        if (inTime)
        {
            core.SetException(exception);
        }
        else
        {
            ended?.Invoke();
        }
    }
}
