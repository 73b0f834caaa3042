using System.Threading.Channels;
using Sira.Session.Errors;

namespace Sira.Session.Upkeep;

/// <summary>Does one after the other what no answer waits for. Owned by the store, which ends it.</summary>
internal sealed class BackgroundWork : IAsyncDisposable
{
    // Of sessions that grow at once: beyond that upkeep is left out, which costs time and no more when they are next opened.
    private const int Capacity = 4096;

    private readonly Channel<Item> waiting = Channel.CreateBounded<Item>(new BoundedChannelOptions(Capacity) { SingleReader = true });
    private readonly CancellationTokenSource stopping = new();
    private readonly SessionLog log;
    private readonly Task loop;

    public BackgroundWork(SessionLog log)
    {
        this.log = log;

        // It outlives the call that happens to make it, whose ambient session and span are not its own.
        loop = ExecutionContext.IsFlowSuppressed() ? RunAsync() : RunApart();
    }

    /// <summary>Takes work. Never waits; leaves it out where too much is waiting already.</summary>
    /// <returns>Whether it was taken.</returns>
    public bool Add(string name, Func<CancellationToken, ValueTask> work)
    {
        if (waiting.Writer.TryWrite(new Item(name, work, Done: null)))
        {
            return true;
        }

        if (!stopping.IsCancellationRequested)
        {
            log.UpkeepFull(Capacity, name);
        }

        return false;
    }

    /// <summary>Waits until everything that was added has been done.</summary>
    public async Task DrainAsync(CancellationToken cancellationToken)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await waiting.Writer.WriteAsync(new Item(string.Empty, Work: null, done), cancellationToken).ConfigureAwait(false);
        await done.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Does what is waiting, and takes nothing more.</summary>
    public async ValueTask DisposeAsync()
    {
        if (waiting.Writer.TryComplete())
        {
            await loop.ConfigureAwait(false);
            stopping.Dispose();
        }
    }

    /// <summary>Gives up what is being done and what is waiting.</summary>
    public async Task StopAsync()
    {
        await stopping.CancelAsync().ConfigureAwait(false);
        await DisposeAsync().ConfigureAwait(false);
    }

    private Task RunApart()
    {
        using (ExecutionContext.SuppressFlow())
        {
            return RunAsync();
        }
    }

    private async Task RunAsync()
    {
        await foreach (var item in waiting.Reader.ReadAllAsync().ConfigureAwait(false))
        {
            item.Done?.TrySetResult();
            if (item.Work is not { } work || stopping.IsCancellationRequested)
            {
                continue;
            }

            try
            {
                await work(stopping.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                // Given up, as was asked.
            }
            catch (SessionNotFoundException)
            {
                // It has gone meanwhile, and with it what was to be done.
            }
            catch (Exception exception)
            {
                log.UpkeepFailed(item.Name, exception);
            }
        }
    }

    private readonly record struct Item(string Name, Func<CancellationToken, ValueTask>? Work, TaskCompletionSource? Done);
}
