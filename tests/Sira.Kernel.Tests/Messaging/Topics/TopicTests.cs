using Sira.Kernel.Configuration;
using Sira.Kernel.Messaging;
using Sira.Kernel.Messaging.Consumers;
using Sira.Kernel.Messaging.Errors;
using Sira.Kernel.Messaging.Topics;
using Sira.Kernel.Time;
using Sira.Simulation.Time;
using Sira.Testing.Messaging;

namespace Sira.Kernel.Tests.Messaging.Topics;

public sealed class TopicTests : IAsyncDisposable
{
    private readonly ListLogger logger = new();
    private readonly VirtualTimeProvider time = new();
    private readonly MessageBus bus;

    public TopicTests() => bus = new MessageBus(logger, time, new SeededRandomSource(1));

    public ValueTask DisposeAsync() => bus.DisposeAsync();

    [Fact]
    public async Task PublishAsync_TwoGroupsOfTwo_EachGroupGetsEachMessageOnce()
    {
        using var topic = bus.Topic<int>("orders.created");
        var inbox = new Inbox<(string Group, int Number)>();
        foreach (var group in (string[])["mail", "mail", "audit", "audit"])
        {
            await topic.SubscribeAsync(
                (message, _) =>
                {
                    inbox.Add((group, message.Message));
                    return default;
                },
                new() { Group = group });
        }

        for (var i = 0; i < 50; i++)
        {
            var result = await topic.PublishAsync(i);
            Assert.Equal(2, result.Groups);
        }

        await inbox.HasAsync(100);
        Assert.Equal(Enumerable.Range(0, 50), inbox.All.Where(entry => entry.Group == "mail").Select(entry => entry.Number).Order());
        Assert.Equal(Enumerable.Range(0, 50), inbox.All.Where(entry => entry.Group == "audit").Select(entry => entry.Number).Order());
    }

    [Fact]
    public async Task PublishAsync_OneWorker_KeepsTheOrder()
    {
        using var topic = bus.Topic<int>("orders");
        var inbox = new Inbox<int>();
        await topic.SubscribeAsync(inbox.Handle);

        for (var i = 0; i < 500; i++)
        {
            await topic.PublishAsync(i);
        }

        Assert.Equal(Enumerable.Range(0, 500), await inbox.HasAsync(500));
    }

    [Fact]
    public async Task SubscribeAsync_Pattern_HearsMatchingTopicsOfItsTypeAlsoThoseThatComeLater()
    {
        var inbox = new Inbox<string>();
        using var before = bus.Topic<string>("orders.created");
        await bus.SubscribeAsync<string>("orders.>", inbox.Handle);
        using var after = bus.Topic<string>("orders.eu.paid");
        using var other = bus.Topic<string>("payments");
        using var number = bus.Topic<int>("orders.count");

        Assert.Equal(1, (await before.PublishAsync("a")).Groups);
        Assert.Equal(1, (await after.PublishAsync("b")).Groups);
        Assert.Equal(0, (await other.PublishAsync("c")).Groups);
        Assert.Equal(0, (await number.PublishAsync(1)).Groups);
        Assert.Equal(["a", "b"], await inbox.HasAsync(2));
    }

    [Fact]
    public async Task PublishAsync_Options_ReachTheHandler()
    {
        using var topic = bus.Topic<string>("orders");
        var seen = new TaskCompletionSource<MessageMetadata>();
        await topic.SubscribeAsync((message, _) =>
        {
            seen.SetResult(message.Metadata);
            return default;
        });
        var headers = new Dictionary<string, string> { ["tenant"] = "acme" };

        await topic.PublishAsync("a", new() { Key = "k", Priority = 3, MessageId = "m-1", CorrelationId = "c-1", Headers = headers, TimeToLive = TimeSpan.FromMinutes(1) });
        headers["tenant"] = "changed afterwards";

        var metadata = await seen.Task;
        Assert.Equal(("orders", "k", 3, "m-1", "c-1", "acme"), (metadata.Topic, metadata.Key, metadata.Priority, metadata.Id, metadata.CorrelationId, metadata.Headers["tenant"]));
        Assert.Equal(time.GetUtcNow(), metadata.PublishedAt);
        Assert.Equal(time.GetUtcNow() + TimeSpan.FromMinutes(1), metadata.ExpiresAt);
    }

    [Fact]
    public async Task PublishAsync_SameIdWithinTheWindow_IsPublishedOnce()
    {
        using var topic = bus.Topic<int>("orders", new() { DeduplicationWindow = TimeSpan.FromMinutes(1) });
        var inbox = new Inbox<int>();
        await topic.SubscribeAsync(inbox.Handle);

        Assert.False((await topic.PublishAsync(1, new() { MessageId = "a" })).IsDuplicate);
        Assert.True((await topic.PublishAsync(2, new() { MessageId = "a" })).IsDuplicate);
        time.Advance(TimeSpan.FromMinutes(1));
        Assert.False((await topic.PublishAsync(3, new() { MessageId = "a" })).IsDuplicate);

        Assert.Equal([1, 3], await inbox.HasAsync(2));
        Assert.Equal(1, bus.Snapshot().Topics.Single().Duplicates);
    }

    [Fact]
    public async Task PublishAsync_FirstOfTheIdIsRefused_TheSecondIsPublished()
    {
        using var topic = bus.Topic<int>("orders");
        var gate = new TaskCompletionSource();
        await topic.SubscribeAsync(async (_, _) => await gate.Task, new() { Capacity = 1, Overflow = QueueOverflow.Reject });
        await topic.PublishAsync(1);

        await Assert.ThrowsAsync<QueueFullException>(async () => await topic.PublishAsync(2, new() { MessageId = "a" }));
        gate.SetResult();
        await Eventually.HoldsAsync(() => bus.Snapshot().Groups.Single() is { Waiting: 0, InWork: 0 }, "there is room");

        Assert.False((await topic.PublishAsync(2, new() { MessageId = "a" })).IsDuplicate);
    }

    [Fact]
    public async Task PublishAsync_NobodyListens_IsCountedAndKeptForWhoComesInTime()
    {
        using var topic = bus.Topic<int>("orders", new() { KeepUnmatched = TimeSpan.FromMinutes(1), UnmatchedCapacity = 2 });
        await topic.PublishAsync(0);
        time.Advance(TimeSpan.FromMinutes(1));
        await topic.PublishAsync(1);
        await topic.PublishAsync(2);
        await topic.PublishAsync(3);
        var inbox = new Inbox<int>();

        await topic.SubscribeAsync(inbox.Handle);
        await topic.PublishAsync(4);

        Assert.Equal([2, 3, 4], await inbox.HasAsync(3));
        Assert.Equal(4, bus.Snapshot().Topics.Single().Unmatched);
    }

    [Fact]
    public async Task Filter_DecidesByContent_AndOneThatThrowsMakesADeadLetter()
    {
        using var topic = bus.Topic<int>("orders");
        var inbox = new Inbox<int>();
        var filter = new MessageFilter<int>("large", (number, metadata) => metadata.Key == "bad" ? throw new InvalidOperationException("broken filter") : number > 10);
        await topic.SubscribeAsync(inbox.Handle, new() { Filter = filter });

        await topic.PublishAsync(5);
        await topic.PublishAsync(6, new() { Key = "bad" });
        await topic.PublishAsync(15);

        Assert.Equal([15], await inbox.HasAsync(1));
        var letter = Assert.Single(await bus.DeadLetters.ListAsync());
        Assert.Equal(("bad", "broken filter"), (letter.Message.Key, letter.Error));
    }

    [Fact]
    public void Topic_OtherType_SaysWhichOneItCarries()
    {
        using var topic = bus.Topic<int>("orders");
        var exception = Assert.Throws<MessagingException>(() => bus.Topic<string>("orders"));
        Assert.Contains("System.Int32", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Topic_WrongOptions_NamesAllMistakes()
    {
        var exception = Assert.Throws<SiraConfigurationException>(() => bus.Topic<int>("orders", new() { IsDurable = true, DeduplicationCapacity = 0, UnmatchedCapacity = 0 }));
        Assert.Equal(3, exception.Errors.Count);
    }

    [Fact]
    public void Topic_MoreThanTheBusAllows_IsRefusedAndTheOthersGoOn()
    {
        using var small = new MessageBus(options: new MessagingOptions { MaximumTopics = 2 });
        using var first = small.Topic<int>("a");
        var second = small.Topic<int>("b");

        Assert.Contains("MaximumTopics", Assert.Throws<MessagingException>(() => small.Topic<int>("c")).Message, StringComparison.Ordinal);
        second.Dispose();
        using var third = small.Topic<int>("c");
    }

    [Fact]
    public async Task SubscribeAsync_SameGroupOtherOptions_IsRefused()
    {
        using var topic = bus.Topic<int>("orders");
        await topic.SubscribeAsync((_, _) => default, new() { Group = "g", Capacity = 5 });

        await Assert.ThrowsAsync<MessagingException>(async () => await topic.SubscribeAsync((_, _) => default, new() { Group = "g", Capacity = 6 }));
        await topic.SubscribeAsync((_, _) => default, new() { Group = "g", Capacity = 5, Concurrency = 3 });
    }

    [Fact]
    public async Task SubscribeAsync_DurableWithoutJournal_SaysWhatIsMissing()
    {
        var options = new ConsumerOptions<int> { Group = "g", IsDurable = true, Codec = MessageCodecs.Number };
        var exception = await Assert.ThrowsAsync<MessagingException>(async () => await bus.SubscribeAsync<int>("orders", (_, _) => default, options));
        Assert.Contains("IMessageJournal", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task DisposeAsync_LastOfAGroup_HandlesWhatIsQueuedAndTakesNoMore()
    {
        using var topic = bus.Topic<int>("orders");
        var gate = new TaskCompletionSource();
        var inbox = new Inbox<int>();
        var subscription = await topic.SubscribeAsync(async (message, token) =>
        {
            await gate.Task;
            await inbox.Handle(message, token);
        });
        await topic.PublishAsync(1);
        await topic.PublishAsync(2);

        var disposal = subscription.DisposeAsync().AsTask();
        Assert.Equal(0, (await topic.PublishAsync(3)).Groups);
        Assert.False(disposal.IsCompleted);
        gate.SetResult();
        await disposal;

        Assert.Equal([1, 2], inbox.All);
        Assert.Empty(bus.Snapshot().Groups);
        Assert.Equal(0, time.ActiveTimers);
    }

    [Fact]
    public async Task DisposeAsync_DrainTimeoutPasses_CancelsHandlersAndCountsTheRest()
    {
        using var topic = bus.Topic<int>("orders");
        var started = new TaskCompletionSource();
        var subscription = await topic.SubscribeAsync(async (_, token) =>
        {
            started.TrySetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, token);
        });
        await topic.PublishAsync(1);
        await topic.PublishAsync(2);
        await started.Task;

        var disposal = subscription.DisposeAsync().AsTask();
        time.Advance(TimeSpan.FromSeconds(10));
        await disposal;

        Assert.Contains(logger.Entries, entry => entry.Text.Contains("1 messages that nobody handled", StringComparison.Ordinal));
    }

    [Fact]
    public async Task DisposeAsync_FromWithinTheHandler_DoesNotWaitForItself()
    {
        using var topic = bus.Topic<int>("orders");
        var done = new TaskCompletionSource();
        ITopicSubscription? subscription = null;
        subscription = await topic.SubscribeAsync(async (_, _) =>
        {
            await subscription!.DisposeAsync();
            done.SetResult();
        });

        await topic.PublishAsync(1);

        await done.Task;
        await Eventually.HoldsAsync(() => bus.Snapshot().Groups.Count == 0, "the group ends");
    }
}
