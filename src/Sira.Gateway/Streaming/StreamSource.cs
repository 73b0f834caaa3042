using Microsoft.Extensions.AI;
using Sira.Errors;
using Sira.Gateway.Attempts;
using Sira.Gateway.Telemetry;

namespace Sira.Gateway.Streaming;

/// <summary>The stream of a backend: waits for its next update no longer than the timeouts allow, and closes it, whatever it does then.</summary>
internal sealed class StreamSource
{
    private readonly Attempt attempt;
    private readonly IAsyncEnumerator<ChatResponseUpdate>? updates;
    private readonly Exception? startFailure;

    // In timestamps of the clock.
    private readonly long firstTokenDue;
    private readonly long idleTimeout;
    private BoundedWait<bool>? wait;
    private long waitingSince;
    private long waited;

    public StreamSource(Attempt attempt, IReadOnlyList<ChatMessage> messages, ChatOptions? options)
    {
        this.attempt = attempt;
        var timeouts = attempt.Timeouts;
        firstTokenDue = attempt.Facts.Started + attempt.ToTimestamps(timeouts.FirstToken);
        idleTimeout = attempt.ToTimestamps(timeouts.Idle);
        try
        {
            updates = attempt.Target.ChatClient.GetStreamingResponseAsync(messages, AttemptOptions.Create(attempt, options), attempt.Token).GetAsyncEnumerator(attempt.Token);
        }
        catch (Exception exception)
        {
            // A client that is no iterator may throw before the first MoveNext.
            startFailure = exception;
        }
    }

    public ChatResponseUpdate? Current => updates!.Current;

    /// <summary>Asks for the next update.</summary>
    /// <param name="isCommitted">Whether the first token has come, so that from now on only pauses are limited.</param>
    public ValueTask<bool> MoveNextAsync(bool isCommitted)
    {
        if (updates is null)
        {
            return ValueTask.FromException<bool>(startFailure ?? FailureClassifier.Malformed(attempt.Target, "no stream"));
        }

        // A backend that ignores its token would go on sending to nobody.
        attempt.Token.ThrowIfCancellationRequested();
        var pending = updates.MoveNextAsync();
        if (pending.IsCompleted)
        {
            return pending;
        }

        Arm(isCommitted);
        return attempt.WaitAsync(pending, wait ??= new BoundedWait<bool>(CloseLate));
    }

    /// <summary>Notes that the wait for an update is over.</summary>
    public void EndWait()
    {
        if (waitingSince != 0)
        {
            waited += attempt.Call.Services.Time.GetTimestamp() - waitingSince;
            waitingSince = 0;
        }
    }

    /// <summary>Whether the source had to wait for its reader most of the time, so that a total timeout says nothing about it.</summary>
    public bool WasKeptWaiting() => attempt.Call.Services.Time.GetTimestamp() - attempt.Facts.Started > 2 * waited;

    /// <summary>Closes the stream, in bounded time. What was left behind in the middle of a step is closed when the step ends; until then it must not be touched.</summary>
    public async ValueTask CloseAsync()
    {
        if (updates is null || wait is { HasGivenUp: true })
        {
            return;
        }

        try
        {
            var closing = updates.DisposeAsync();
            if (closing.IsCompleted)
            {
                await closing.ConfigureAwait(false);
            }
            else
            {
                await attempt.WaitAsync(Close(closing), new BoundedWait<bool>(), isClosing: true).ConfigureAwait(false);
            }
        }
        catch (Exception exception)
        {
            attempt.Call.Services.Logger.StreamDisposeFailed(exception, attempt.Target.Name);
        }

        static async ValueTask<bool> Close(ValueTask closing)
        {
            await closing.ConfigureAwait(false);
            return true;
        }
    }

    private async void CloseLate()
    {
        try
        {
            await updates!.DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            attempt.Call.Services.Logger.StreamDisposeFailed(exception, attempt.Target.Name);
        }
    }

    private void Arm(bool isCommitted)
    {
        waitingSince = attempt.Call.Services.Time.GetTimestamp();
        if (isCommitted)
        {
            attempt.Arm(BackendErrorKind.IdleTimeout, waitingSince + idleTimeout);
        }
        else
        {
            attempt.Arm(BackendErrorKind.FirstTokenTimeout, firstTokenDue);
        }
    }
}
