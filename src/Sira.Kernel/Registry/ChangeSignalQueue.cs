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
    /// <exception cref="AggregateException">Callbacks threw; all signals have been fired.</exception>
    public void Drain()
    {
        lock (gate)
        {
            if (firing)
            {
                return;
            }

            firing = true;
        }

        List<Exception>? errors = null;
        while (TryNext(out var signal))
        {
            signal.Fire(ref errors);
        }

        if (errors is not null)
        {
            throw new AggregateException(errors);
        }
    }

    private bool TryNext([NotNullWhen(true)] out ChangeSignal? signal)
    {
        lock (gate)
        {
            return firing = waiting.TryDequeue(out signal);
        }
    }
}
