using Microsoft.Extensions.AI;
using Sira.Requests;
using Sira.Tools.Diagnostics;

namespace Sira.Tools.Loop;

/// <summary>Runs one call, within its time, and turns whatever happens into an answer for the model.</summary>
internal sealed class ToolInvoker(ToolLoopSettings settings, ToolSet tools, RequestContext request)
{
    /// <summary>Runs a call.</summary>
    /// <exception cref="OperationCanceledException">The loop was cancelled; nothing else is thrown.</exception>
    public async Task<CallOutcome> InvokeAsync(ToolCall call, CancellationToken cancellationToken)
    {
        if (ToolErrors.Refuse(call, tools) is { } refused)
        {
            return refused;
        }

        var content = call.Content;
        using var activity = ToolTelemetry.Start(content);
        var started = settings.Time.GetTimestamp();
        using var timeout = settings.CallTimeout is { } limit ? new CancellationTokenSource(limit, settings.Time) : null;
        using var linked = timeout is null ? null : CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        Exception? error = null;
        try
        {
            // Tools are user code and may need the caller's context (a UI thread, a request's), so the awaits of this class keep it.
            var result = await AwaitAsync(call, linked?.Token ?? cancellationToken).ConfigureAwait(true);
            cancellationToken.ThrowIfCancellationRequested();
            ToolLog.ToolSucceeded(settings.Logger, content.Name, settings.Time.GetElapsedTime(started));
            return new CallOutcome(ToolErrors.ToResult(content, result), CallStatus.Succeeded);
        }
        catch (Exception exception) when (cancellationToken.IsCancellationRequested)
        {
            error = exception;
            throw new OperationCanceledException("The request was cancelled while a tool was running.", exception, cancellationToken);
        }
        catch (OperationCanceledException exception) when (timeout is { IsCancellationRequested: true })
        {
            error = new TimeoutException($"The tool '{content.Name}' did not finish within {settings.CallTimeout}. Raise CallTimeout in UseTools if it needs longer.", exception);
            ToolLog.ToolTimedOut(settings.Logger, content.Name, settings.CallTimeout.GetValueOrDefault());
            return CallOutcome.Failed(content.CallId, $"Error: the tool '{content.Name}' did not finish within {settings.CallTimeout}.", error);
        }
#pragma warning disable CA1031 // Whatever a tool throws is an answer to the model; the exception travels with the result.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            error = exception;
            ToolLog.ToolFailed(settings.Logger, content.Name, exception.GetType().Name);
            return ToolErrors.FromException(content, exception, settings.IncludeDetailedErrors);
        }
        finally
        {
            ToolTelemetry.Stop(activity, content.Name, settings.Time.GetElapsedTime(started), error);
        }
    }

    private async Task<object?> AwaitAsync(ToolCall call, CancellationToken token)
    {
        var running = call.Function!.InvokeAsync(Arguments(call.Content), token);
        if (running.IsCompleted)
        {
            return await running.ConfigureAwait(true);
        }

        var task = running.AsTask();
        try
        {
            return await task.WaitAsync(token).ConfigureAwait(true);
        }
        catch (OperationCanceledException) when (token.IsCancellationRequested && !task.IsCompleted)
        {
            return await EndAsync(task, call.Content.Name, token).ConfigureAwait(true);
        }
    }

    /// <summary>Lets a cancelled tool end, so that nothing runs on after the call, but does not wait for one that ignores its token.</summary>
    private async Task<object?> EndAsync(Task<object?> task, string name, CancellationToken token)
    {
        try
        {
            return await task.WaitAsync(settings.CancellationGrace, settings.Time, CancellationToken.None).ConfigureAwait(true);
        }
        catch (TimeoutException) when (!task.IsCompleted)
        {
            ToolLog.ToolAbandoned(settings.Logger, name, settings.CancellationGrace);
            _ = task.ContinueWith(
                static abandoned => _ = abandoned.Exception,
                CancellationToken.None,
                TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously,
                TaskScheduler.Default);
            throw new OperationCanceledException(token);
        }
    }

    private AIFunctionArguments Arguments(FunctionCallContent call)
    {
        // A copy, because a tool may change its arguments and the call stays in the history.
        var arguments = call.Arguments is { } given ? new Dictionary<string, object?>(given, StringComparer.Ordinal) : [];
        return new AIFunctionArguments(arguments)
        {
            Services = settings.Services,
            Context = new Dictionary<object, object?>(2) { [typeof(FunctionCallContent)] = call, [typeof(RequestContext)] = request },
        };
    }
}
