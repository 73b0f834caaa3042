namespace Sira.Tools.Loop;

/// <summary>Runs the calls of a round, several at a time, and answers them in the model's order.</summary>
internal sealed class ToolExecutor(ToolInvoker invoker, int maxConcurrency)
{
    /// <summary>Runs calls. When it returns or throws, every one has ended.</summary>
    /// <exception cref="OperationCanceledException">The loop was cancelled.</exception>
    public async Task<CallOutcome[]> RunAsync(IReadOnlyList<ToolCall> calls, CancellationToken cancellationToken)
    {
        var outcomes = new CallOutcome[calls.Count];
        if (calls.Count == 1)
        {
            outcomes[0] = await invoker.InvokeAsync(calls[0], cancellationToken).ConfigureAwait(true);
            return outcomes;
        }

        // Each lane takes the next call when it has finished one, so that a slow call holds up nothing but its lane.
        var next = -1;
        var lanes = new Task[Math.Min(maxConcurrency, calls.Count)];
        for (var i = 0; i < lanes.Length; i++)
        {
            lanes[i] = LaneAsync();
        }

        // The context is kept up to the tools, which are user code and may need the caller's.
        await Task.WhenAll(lanes).ConfigureAwait(true);
        return outcomes;

        async Task LaneAsync()
        {
            int index;
            while ((index = Interlocked.Increment(ref next)) < calls.Count)
            {
                outcomes[index] = await invoker.InvokeAsync(calls[index], cancellationToken).ConfigureAwait(true);
            }
        }
    }
}
