using Sira.Kernel.Messaging.Errors;

namespace Sira.Kernel.Messaging.Requests;

/// <summary>A request on its way, and whoever waits for the answer.</summary>
/// <typeparam name="TRequest">The type of the request.</typeparam>
/// <typeparam name="TReply">The type of the answer.</typeparam>
internal sealed class PendingRequest<TRequest, TReply>(string name, TRequest request, TimeSpan timeout, CancellationToken caller, CancellationToken deadline)
{
    private readonly TaskCompletionSource<TReply> reply = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool started;

    public TRequest Request => request;

    public CancellationToken Deadline => deadline;

    public async Task<TReply> WaitAsync()
    {
        using var registration = deadline.UnsafeRegister(static state => ((PendingRequest<TRequest, TReply>)state!).Expire(), this);
        return await reply.Task.ConfigureAwait(false);
    }

    public bool TryStart()
    {
        started = true;
        return !reply.Task.IsCompleted;
    }

    public void Answer(TReply answer) => reply.TrySetResult(answer);

    public void Fail(Exception exception)
    {
        // The handler hears of the deadline before whoever waits does.
        if (deadline.IsCancellationRequested)
        {
            Expire();
        }
        else
        {
            reply.TrySetException(new RequestFailedException(name, exception));
        }
    }

    private void Expire()
    {
        if (caller.IsCancellationRequested)
        {
            reply.TrySetCanceled(caller);
        }
        else
        {
            reply.TrySetException(new RequestTimeoutException(name, timeout, started));
        }
    }
}
