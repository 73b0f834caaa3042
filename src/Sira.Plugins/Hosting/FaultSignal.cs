using Sira.Kernel.Time;

namespace Sira.Plugins.Hosting;

/// <summary>Tells whoever supervises a plugin that it has failed, and whoever waits for it to be stable that it is not.</summary>
internal sealed class FaultSignal
{
    private readonly Lock gate = new();
    private TaskCompletionSource raised = new();
    private PluginException? fault;

    public FaultSignal(PluginException first) => Raise(first);

    public void Raise(PluginException exception)
    {
        TaskCompletionSource waiting;
        lock (gate)
        {
            fault ??= exception;
            waiting = raised;
        }

        waiting.TrySetResult();
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
