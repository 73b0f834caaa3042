using Sira.Kernel.Messaging;
using Sira.Kernel.Messaging.Consumers;
using Sira.Kernel.Messaging.DeadLetters;
using Sira.Kernel.Messaging.Errors;
using Sira.Kernel.Messaging.Topics;
using Sira.Simulation.Time;
using Sira.Storage.Capabilities;
using Sira.Storage.Engines.Sqlite;
using Sira.Storage.Messaging;
using Sira.Storage.Tests.Engines.Sqlite;
using Sira.Testing.Messaging;

namespace Sira.Storage.Tests.Messaging;

/// <summary>The bus is stopped and started, each time with the file opened anew.</summary>
public sealed class SqliteRestartTests : IAsyncDisposable
{
    private readonly TemporaryFile file = new();
    private readonly VirtualTimeProvider time = new();

    public ValueTask DisposeAsync() => file.DisposeAsync();

    [Theory]
    [InlineData(StorageDurability.ProcessCrash)]
    [InlineData(StorageDurability.PowerLoss)]
    public async Task Bus_StoppedAndStarted_DeliversEverythingOnceAndInOrder(StorageDurability durability)
    {
        var inbox = new Inbox<int>();
        for (var life = 0; life < 4; life++)
        {
            await RunAsync(durability, async bus =>
            {
                using var topic = Topic(bus);
                await bus.SubscribeAsync<int>("orders.*", inbox.Handle, Options());
                await Task.WhenAll(Enumerable.Range(life * 100, 100).Select(number => topic.PublishAsync(number, new() { Key = $"{number % 7}", MessageId = $"{number}" }).AsTask()));
                Assert.True((await topic.PublishAsync(life * 100, new() { MessageId = $"{life * 50}" })).IsDuplicate);
            });
        }

        await RunAsync(durability, async bus =>
        {
            await bus.SubscribeAsync<int>("orders.*", inbox.Handle, Options());
            await inbox.HasAsync(400);
        });
        Assert.Equal(Enumerable.Range(0, 400), inbox.All.Order());
        Assert.All(inbox.All.GroupBy(static number => number % 7), static key => Assert.Equal(key.Order(), key));
    }

    [Fact]
    public async Task Failure_BeforeARestart_KeepsItsCountAndItsTime()
    {
        var options = Options() with { Retry = new() { ImmediateRetries = 0, FirstDelay = TimeSpan.FromMinutes(1), Jitter = 0, MaximumDeliveries = 3 } };
        var deliveries = new Inbox<int>();
        Func<MessageContext<int>, CancellationToken, ValueTask> fails = (message, _) =>
        {
            deliveries.Add(message.Delivery);
            throw new InvalidOperationException("always");
        };
        for (var life = 1; life <= 3; life++)
        {
            await RunAsync(StorageDurability.ProcessCrash, async bus =>
            {
                using var topic = Topic(bus);
                if (life == 1)
                {
                    await topic.PublishAsync(1);
                }

                await bus.SubscribeAsync("orders.*", fails, options);
                await Eventually.HoldsAsync(
                    () =>
                    {
                        if (deliveries.All.Count < life)
                        {
                            time.AdvanceToNextTimer();
                        }

                        return deliveries.All.Count == life && bus.Snapshot().Groups.Single() is var group && group.Retried + group.DeadLettered == 1;
                    },
                    $"failure {life}");
            });
        }

        Assert.Equal([1, 2, 3], deliveries.All);
        var inbox = new Inbox<int>();
        await RunAsync(StorageDurability.ProcessCrash, async bus =>
        {
            var letter = Assert.Single(await bus.DeadLetters.ListAsync());
            Assert.Equal((DeadLetterReason.Failed, 3, "g"), (letter.Reason, letter.Deliveries, letter.Group));
            Assert.Contains("always", letter.Error, StringComparison.Ordinal);
            await bus.SubscribeAsync<int>("orders.*", inbox.Handle, Options());
            Assert.Equal(1, await bus.DeadLetters.ReadAsync<int>(letter));
            Assert.True(await bus.DeadLetters.RedriveAsync(letter));
            await inbox.HasAsync(1);
        });
        await RunAsync(StorageDurability.ProcessCrash, async bus => Assert.Empty(await bus.DeadLetters.ListAsync()));
    }

    [Fact]
    public async Task File_Full_ThePublisherIsToldAndNothingOfItIsKept()
    {
        var large = new string('x', 100_000);
        var codec = MessageCodecs.TextWith(new() { CompressionThreshold = int.MaxValue });
        await using var engine = new SqliteEngine(new SqliteEngineOptions { Path = file.Path, MaximumBytes = 2 << 20 });
        await using var journal = new StorageMessageJournal(engine);
        await using var bus = new MessageBus(journal: journal);
        using var topic = bus.Topic<string>("orders.new", new() { IsDurable = true, Codec = codec });
        var taken = 0;
        var full = await Assert.ThrowsAsync<JournalFullException>(async () =>
        {
            for (; taken < 100; taken++)
            {
                await topic.PublishAsync(large, new() { MessageId = $"{taken}" });
            }
        });

        Assert.Null(full.Capacity);
        Assert.Contains("MaximumBytes", full.Message, StringComparison.Ordinal);
        Assert.Equal(taken, (await journal.ReadAsync(new("orders.new", 0, 100), default)).Records.Count);

        // What is done makes room, as soon as its id need not be remembered.
        var inbox = new Inbox<string>();
        await using var subscription = await topic.SubscribeAsync(inbox.Handle, new() { Group = "g", IsDurable = true });
        await inbox.HasAsync(taken);
        await subscription.DisposeAsync();
        Assert.Equal(taken, await journal.PruneAsync(TimeProvider.System.GetUtcNow().AddHours(1), default));
        Assert.False((await topic.PublishAsync(large, new() { MessageId = $"{taken}" })).IsDuplicate);
    }

    private static ITopic<int> Topic(MessageBus bus) => bus.Topic<int>("orders.new", new() { IsDurable = true, Codec = MessageCodecs.Number });

    private static ConsumerOptions<int> Options() => new() { Group = "g", IsDurable = true, Codec = MessageCodecs.Number, Partitions = 4, Concurrency = 4 };

    private async Task RunAsync(StorageDurability durability, Func<MessageBus, Task> live)
    {
        await using var engine = new SqliteEngine(new SqliteEngineOptions { Path = file.Path, Durability = durability }, time);
        await using var journal = new StorageMessageJournal(engine, time: time);
        await using var bus = new MessageBus(time: time, journal: journal);
        await live(bus);
    }
}
