using System.Diagnostics.CodeAnalysis;

namespace Sira.Kernel.Registry;

/// <summary>Fires signals one after the other, in the order in which they were queued.</summary>
/// <remarks>
/// <c>ChangeToken.OnChange</c> registers with the next token before it is done with the previous one, and throws when both fire at the same time on two threads. So one thread fires at a time; a thread that comes
/// while another is at it leaves its signals to that one. A callback that makes changes itself is not called recursively but once more afterwards.
/// </remarks>
internal sealed class ChangeSignalQueue
{
    private readonly Lock gate = new();
    private readonly Queue<ChangeSignal> waiting = new();
    private bool firing;

    /// <summary>Queues a signal. Does not call anybody.</summary>
    public void Enqueue(ChangeSignal signal)
    {
        signal.MarkDue();
        lock (gate)
        {
            waiting.Enqueue(signal);
        }
    }

    /// <summary>Fires what waits, unless another thread, or a caller up the stack, is at it and will.</summary>
    /// <returns>What callbacks threw, for the log; <see langword="null"/> if none did. All signals have been fired.</returns>
    public AggregateException? Drain()
    {
        lock (gate)
        {
            if (firing)
            {
                return null;
            }

            firing = true;
        }

        List<Exception>? errors = null;
        while (TryNext(out var signal))
        {
            signal.Fire(ref errors);
        }

        return errors is null ? null : new AggregateException(errors);
    }

    private bool TryNext([NotNullWhen(true)] out ChangeSignal? signal)
    {
        lock (gate)
        {
            return firing = waiting.TryDequeue(out signal);
        }
    }
}
