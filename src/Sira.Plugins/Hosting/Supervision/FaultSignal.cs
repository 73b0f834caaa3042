using Sira.Kernel.Time;

namespace Sira.Plugins.Hosting.Supervision;

/// <summary>Tells whoever supervises a plugin that it has failed, and whoever waits for it to be stable that it is not.</summary>
internal sealed class FaultSignal
{
    private readonly Lock gate = new();
    private TaskCompletionSource raised = new();
    private PluginException? fault;
    private readonly PluginException first;
    private bool isClosed;

    public FaultSignal(PluginException first)
    {
        this.first = first;
        TryRaise(first);
    }

    /// <summary>Returns whether it was this fault for which the supervision began.</summary>
    public bool IsFirst(PluginException exception) => ReferenceEquals(first, exception);

    /// <summary>Tells of a fault.</summary>
    /// <returns>Whether anybody hears it; not once the supervision has ended.</returns>
    public bool TryRaise(PluginException exception)
    {
        TaskCompletionSource waiting;
        lock (gate)
        {
            if (isClosed)
            {
                return false;
            }

            fault ??= exception;
            waiting = raised;
        }

        waiting.TrySetResult();
        return true;
    }

    /// <summary>Ends the hearing, unless there is a fault that has not been heard.</summary>
    public bool TryClose()
    {
        lock (gate)
        {
            return isClosed = fault is null;
        }
    }

    /// <summary>Ends the hearing.</summary>
    public void Close()
    {
        lock (gate)
        {
            isClosed = true;
        }
    }

    public void Reset()
    {
        lock (gate)
        {
            (fault, raised) = (null, new TaskCompletionSource());
        }
    }

    public void ThrowIfRaised()
    {
        lock (gate)
        {
            if (fault is not null)
            {
                throw fault;
            }
        }
    }

    /// <summary>Waits for a time without a fault.</summary>
    /// <exception cref="PluginException">There was one.</exception>
    public async Task WaitAsync(TimeSpan quiet, TimeProvider time, CancellationToken cancellationToken)
    {
        Task waiting;
        lock (gate)
        {
            waiting = raised.Task;
        }

        await InlineDelay.EndsWithinAsync(waiting, quiet, time).WaitAsync(cancellationToken).ConfigureAwait(false);
        ThrowIfRaised();
    }
}
