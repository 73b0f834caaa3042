using Microsoft.Extensions.AI;

namespace Sira.Tools.Loop;

/// <summary>Turns the end of the loop's time into its own exception. An iterator cannot catch around a yield, so each step is guarded by itself.</summary>
internal static class StreamGuard
{
    public static T Run<T>(ToolLoop loop, Func<ToolLoop, T> step)
    {
        try
        {
            return step(loop);
        }
        catch (OperationCanceledException exception) when (loop.IsOverdue)
        {
            throw loop.Overdue(exception);
        }
    }

    public static async ValueTask<T> RunAsync<T>(ToolLoop loop, Func<ToolLoop, ValueTask<T>> step)
    {
        try
        {
            // Steps run tools, which are user code and may need the caller's context.
            return await step(loop).ConfigureAwait(true);
        }
        catch (OperationCanceledException exception) when (loop.IsOverdue)
        {
            throw loop.Overdue(exception);
        }
    }

    public static ValueTask<bool> MoveNextAsync(ToolLoop loop, IAsyncEnumerator<ChatResponseUpdate> updates)
    {
        ValueTask<bool> next;
        try
        {
            next = updates.MoveNextAsync();
        }
        catch (OperationCanceledException exception) when (loop.IsOverdue)
        {
            throw loop.Overdue(exception);
        }

        // An update that is already there costs nothing more.
        return next.IsCompletedSuccessfully ? next : AwaitAsync(loop, next);
    }

    private static async ValueTask<bool> AwaitAsync(ToolLoop loop, ValueTask<bool> next)
    {
        try
        {
            return await next.ConfigureAwait(true);
        }
        catch (OperationCanceledException exception) when (loop.IsOverdue)
        {
            throw loop.Overdue(exception);
        }
    }
}
