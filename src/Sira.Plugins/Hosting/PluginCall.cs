namespace Sira.Plugins.Hosting;

/// <summary>Calls into a plugin on behalf of the host: on another thread, outside everybody's execution context, and for a limited time.</summary>
/// <remarks>What a plugin puts into an ambient value stays there, and a plugin that hangs costs a thread and not the host.</remarks>
internal static class PluginCall
{
    // What a plugin gets to end after it was told that its time is up.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(1);

    /// <summary>Makes a call.</summary>
    /// <param name="pluginId">The plugin.</param>
    /// <param name="action">What it is asked to do, for the error.</param>
    /// <param name="timeout">How long it may take.</param>
    /// <param name="time">The clock.</param>
    /// <param name="call">The call.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="PluginException">It threw, or took too long.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static async Task RunAsync(string pluginId, string action, TimeSpan timeout, TimeProvider time, Func<CancellationToken, Task> call, CancellationToken cancellationToken)
    {
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var running = Start(call, stopping.Token);
        try
        {
            await running.WaitAsync(timeout, time, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException) when (!running.IsCompleted)
        {
            await stopping.CancelAsync().ConfigureAwait(false);
            await running.WaitAsync(Grace, time, CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw new PluginException(pluginId, $"The plugin '{pluginId}' did not {action} within {timeout:c}. Let it do less there, or allow it more time.");
        }
        catch (Exception exception) when (exception is not PluginException && (exception is not OperationCanceledException || !cancellationToken.IsCancellationRequested))
        {
            throw new PluginException(pluginId, $"The plugin '{pluginId}' failed to {action}: {Describe(exception)}", exception);
        }
    }

    // What a type initializer throws says nothing itself of the cause.
    private static string Describe(Exception exception) => exception is TypeInitializationException { InnerException: { } inner, TypeName: var type }
        ? $"{Describe(inner)} (in the type initializer of {type})"
        : $"{exception.GetType().Name}: {exception.Message}";

    // On a thread of its own: one that a plugin keeps for ever would be missing in the pool, which is slow to add another.
    private static Task Start(Func<CancellationToken, Task> call, CancellationToken cancellationToken)
    {
        using (ExecutionContext.IsFlowSuppressed() ? default(AsyncFlowControl?) : ExecutionContext.SuppressFlow())
        {
            return Task.Factory.StartNew(() => call(cancellationToken), CancellationToken.None, TaskCreationOptions.DenyChildAttach | TaskCreationOptions.LongRunning, TaskScheduler.Default).Unwrap();
        }
    }
}
