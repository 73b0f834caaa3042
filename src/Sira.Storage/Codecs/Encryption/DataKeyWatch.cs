using Microsoft.Extensions.Logging;
using Sira.Storage.Changes;
using Sira.Storage.Keys;

namespace Sira.Storage.Codecs.Encryption;

/// <summary>Drops keys from memory when their records change, also by other processes.</summary>
internal sealed class DataKeyWatch(IChangeFeed? feed, DataKeyCache cache, CodecErrors errors, ILogger logger) : IAsyncDisposable
{
    private readonly SemaphoreSlim gate = new(1);
    private IChangeSubscription? subscription;
    private Task reading = Task.CompletedTask;
    private volatile bool isRunning;
    private volatile bool isClosed;

    /// <summary>Begins to listen, where it has not begun or has ended. What is read afterwards is kept up to date.</summary>
    public ValueTask StartAsync(CancellationToken cancellationToken) => feed is null || isRunning ? ValueTask.CompletedTask : BeginAsync(feed, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await gate.WaitAsync().ConfigureAwait(false);
        isClosed = true;
        gate.Release();
        if (subscription is { } active)
        {
            await active.DisposeAsync().ConfigureAwait(false);
        }

        await reading.ConfigureAwait(false);
    }

    private async ValueTask BeginAsync(IChangeFeed source, CancellationToken cancellationToken)
    {
        await gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (isRunning || isClosed)
            {
                return;
            }

            if (subscription is { } ended)
            {
                await ended.DisposeAsync().ConfigureAwait(false);
            }

            subscription = await source.SubscribeAsync(new StorePartition(DataKeys.Namespace), cancellationToken).ConfigureAwait(false);
            isRunning = true;
            reading = ReadAsync(subscription);
        }
        finally
        {
            gate.Release();
        }
    }

    private async Task ReadAsync(IChangeSubscription changes)
    {
        try
        {
            await foreach (var change in ((IAsyncEnumerable<StoreChange>)changes).ConfigureAwait(false))
            {
                if (change.Kind is ChangeKind.Missed)
                {
                    cache.DropAll();
                }
                else if (SubjectId.TryParse(change.Key.Name, out var id) && cache.Find(id)?.Tag != change.ETag)
                {
                    cache.Drop(id);
                }
            }
        }
        catch (Exception exception)
        {
            if (!isClosed)
            {
                logger.FeedFailed(exception, errors.Engine);
            }
        }
        finally
        {
            isRunning = false;
            cache.DropAll();
        }
    }
}
