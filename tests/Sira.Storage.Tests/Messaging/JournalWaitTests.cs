using Sira.Kernel.Messaging.Errors;
using Sira.Kernel.Messaging.Journal;
using Sira.Simulation.Time;
using Sira.Storage.Capabilities;
using Sira.Storage.Changes;
using Sira.Storage.Engines.Memory;
using Sira.Storage.Errors;
using Sira.Storage.Keys;
using Sira.Storage.Messaging;
using Sira.Testing.Messaging;

namespace Sira.Storage.Tests.Messaging;

/// <summary>How a journal hears of what others append to its engine.</summary>
public sealed class JournalWaitTests : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly JournalRecord Record = new() { Metadata = new() { Topic = "a", Id = "1", PublishedAt = default } };

    private readonly MemoryEngine engine = new();
    private readonly VirtualTimeProvider time = new();

    public ValueTask DisposeAsync() => engine.DisposeAsync();

    [Fact]
    public async Task WaitAsync_AppendedByAnother_EndsByTheChangeFeed()
    {
        await using var waiter = new StorageMessageJournal(engine, time: time);
        await using var writer = new StorageMessageJournal(engine);
        for (var last = 0L; last < 50;)
        {
            var waiting = waiter.WaitAsync(last, default).AsTask();
            last = await writer.AppendAsync([Record], default);
            await waiting.WaitAsync(Patience);
            while ((await waiter.ReadAsync(new("a", last - 1, 1), default)).Records.Count == 0)
            {
                await waiter.WaitAsync(last - 1, default).AsTask().WaitAsync(Patience);
            }
        }
    }

    // Each of them, also who was not waiting yet when it was told.
    [Fact]
    public async Task WaitAsync_ManyAppendedWhileGroupsRead_EndsForEachOfThem()
    {
        await using var waiter = new StorageMessageJournal(engine, time: time);
        await using var writer = new StorageMessageJournal(engine);
        var reading = Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            for (long after = 0; after < 500;)
            {
                var page = await waiter.ReadAsync(new("a", after, 10), default);
                after = page.Next;
                if (page.Records.Count == 0)
                {
                    await waiter.WaitAsync(after, default);
                }
            }
        })).ToArray();
        for (var i = 0; i < 500; i++)
        {
            await writer.AppendAsync([Record], default);
            if (i % 10 == 0)
            {
                await Task.Yield();
            }
        }

        // Nobody moves the clock, so that nothing is found by asking now and then.
        await Task.WhenAll(reading).WaitAsync(Patience);
    }

    [Theory]
    [InlineData(FeedKind.None)]
    [InlineData(FeedKind.Silent)]
    [InlineData(FeedKind.Failing)]
    [InlineData(FeedKind.Ending)]
    public async Task WaitAsync_FeedTellsNothing_EndsByAsking(FeedKind kind)
    {
        await using var waiter = new StorageMessageJournal(new WithFeed(engine, kind), new() { PollInterval = TimeSpan.FromMinutes(1) }, time);
        await using var writer = new StorageMessageJournal(engine);
        for (var last = 0L; last < 3;)
        {
            var waiting = waiter.WaitAsync(last, default).AsTask();
            await Eventually.HoldsAsync(() => time.ActiveTimers > 0, "asking once");
            last = await writer.AppendAsync([Record], default);
            await Eventually.HoldsAsync(
                () =>
                {
                    time.Advance(TimeSpan.FromMinutes(1));
                    return waiting.IsCompleted;
                },
                $"message {last}");
            await waiting;
        }
    }

    [Fact]
    public async Task WaitAsync_EngineFails_ThrowsAndBeginsAnewAfterwards()
    {
        var isAway = true;
        await using var waiter = new StorageMessageJournal(new FaultyEngine(engine, time, _ => isAway ? new JournalFault(Fails: true) : default), time: time);

        var failed = await Assert.ThrowsAsync<JournalException>(async () => await waiter.WaitAsync(0, default));
        Assert.Equal(StorageErrorKind.Unavailable, Assert.IsType<StorageException>(failed.InnerException).Kind);

        isAway = false;
        var waiting = waiter.WaitAsync(0, default).AsTask();
        await waiter.AppendAsync([Record], default);
        await waiting.WaitAsync(Patience);
    }

    [Fact]
    public async Task DisposeAsync_WhileSomebodyWaits_EndsTheWaitingAndTheListening()
    {
        var waiter = new StorageMessageJournal(engine, time: time);
        var waiting = waiter.WaitAsync(0, default).AsTask();
        await Eventually.HoldsAsync(() => time.ActiveTimers > 0, "asking once");

        await waiter.DisposeAsync();
        await waiter.DisposeAsync();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => waiting);
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await waiter.WaitAsync(0, default));
        Assert.Equal(0, time.ActiveTimers);
    }

    public enum FeedKind
    {
        None,
        Silent,
        Failing,
        Ending,
    }

    private sealed class WithFeed(IStorageEngine inner, FeedKind kind) : IStorageEngine, IChangeFeed
    {
        public string Name => inner.Name;

        public StorageCapabilities Capabilities => inner.Capabilities;

        public IStore Store => inner.Store;

        public IEventLog? Events => inner.Events;

        public IChangeFeed? Changes => kind is FeedKind.None ? null : this;

        public ValueTask OpenAsync(CancellationToken cancellationToken = default) => inner.OpenAsync(cancellationToken);

        public IAsyncEnumerable<StorePartition> ListPartitionsAsync(string? @namespace = null, CancellationToken cancellationToken = default) => inner.ListPartitionsAsync(@namespace, cancellationToken);

        public ValueTask DisposeAsync() => inner.DisposeAsync();

        public ValueTask<IChangeSubscription> SubscribeAsync(StorePartition scope, CancellationToken cancellationToken = default)
        {
            if (kind is FeedKind.Failing)
            {
                throw new StorageException(StorageErrorKind.Denied, Name, "No feed for you.");
            }

            var queue = new ChangeQueue(static _ => { });
            if (kind is FeedKind.Ending)
            {
                queue.Close();
            }

            return new(queue);
        }
    }
}
