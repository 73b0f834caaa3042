using Sira.Kernel.Messaging;
using Sira.Kernel.Messaging.Consumers;
using Sira.Kernel.Messaging.Errors;
using Sira.Kernel.Messaging.Topics;
using Sira.Kernel.Tests.Support;
using Sira.Testing.Messaging;

namespace Sira.Kernel.Tests.Messaging.Consumers;

public sealed class OverflowTests : IAsyncDisposable
{
    private readonly MessageBus bus = new();
    private readonly TaskCompletionSource gate = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Inbox<int> inbox = new();
    private readonly ITopic<int> topic;

    public OverflowTests() => topic = bus.Topic<int>("orders");

    public ValueTask DisposeAsync() => bus.DisposeAsync();

    [Theory]
    [InlineData(QueueOverflow.DropOldest, 0, new[] { 0, 4, 5 })]
    [InlineData(QueueOverflow.DropNewest, 0, new[] { 0, 1, 2 })]
    [InlineData(QueueOverflow.DropOldest, 2, new[] { 0, 4, 5 })]
    [InlineData(QueueOverflow.DropNewest, 2, new[] { 0, 1, 2 })]
    public async Task Drop_FullQueue_DropsAndCounts(QueueOverflow overflow, int partitions, int[] handled)
    {
        await SubscribeAsync(overflow, partitions);
        await PublishAsync(5);

        gate.SetResult();
        Assert.Equal(handled, (await inbox.HasAsync(3)).Order());
        await Eventually.HoldsAsync(() => Group().Acknowledged == 3, "all are handled");
        Assert.Equal(3, Group().Dropped);
    }

    [Fact]
    public async Task Reject_FullQueue_ThrowsAndNoGroupHasTheMessage()
    {
        var other = new Inbox<int>();
        await topic.SubscribeAsync(other.Handle, new() { Group = "other" });
        await SubscribeAsync(QueueOverflow.Reject, 0);
        await PublishAsync(2);

        var exception = await Assert.ThrowsAsync<QueueFullException>(async () => await topic.PublishAsync(3));

        Assert.Equal(("orders", "g", 3), (exception.Topic, exception.Group, exception.Capacity));
        gate.SetResult();
        Assert.Equal([0, 1, 2], await inbox.HasAsync(3));
        await topic.PublishAsync(4);
        Assert.Equal([0, 1, 2, 4], await other.HasAsync(4));
    }

    [Fact]
    public async Task Wait_FullQueue_HoldsThePublisherUntilThereIsRoom()
    {
        await SubscribeAsync(QueueOverflow.Wait, 0);
        await PublishAsync(2);

        var waiting = topic.PublishAsync(3).AsTask();
        Assert.False(waiting.IsCompleted);
        gate.SetResult();
        await waiting;

        Assert.Equal([0, 1, 2, 3], await inbox.HasAsync(4));
        Assert.Equal(0, Group().Dropped);
    }

    [Fact]
    public async Task Wait_PublisherGivesUp_ItsMessageIsPublishedToNobody()
    {
        var other = new Inbox<int>();
        await topic.SubscribeAsync(other.Handle, new() { Group = "other" });
        await SubscribeAsync(QueueOverflow.Wait, 0);
        await PublishAsync(2);
        using var cancellation = new CancellationTokenSource();

        var waiting = topic.PublishAsync(3, cancellationToken: cancellation.Token).AsTask();
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        gate.SetResult();
        await topic.PublishAsync(4);

        Assert.Equal([0, 1, 2, 4], await inbox.HasAsync(4));
        Assert.Equal([0, 1, 2, 4], await other.HasAsync(4));
    }

    [Fact]
    public async Task Wait_GroupEnds_LetsThePublisherGo()
    {
        var subscription = await SubscribeAsync(QueueOverflow.Wait, 0);
        await PublishAsync(2);
        var waiting = topic.PublishAsync(3).AsTask();

        var disposal = subscription.DisposeAsync().AsTask();
        await waiting;
        gate.SetResult();
        await disposal;
        Assert.Equal([0, 1, 2], inbox.All);
    }

    [Fact]
    public async Task Publishers_OnManyThreads_NothingIsLostOrDoubled()
    {
        gate.SetResult();
        await topic.SubscribeAsync(inbox.Handle, new() { Capacity = 16, Concurrency = 3, Overflow = QueueOverflow.Wait });

        TestThreads.Run(4, (thread, random) =>
        {
            for (var i = 0; i < 1000; i++)
            {
                using var cancellation = new CancellationTokenSource();
                var publishing = topic.PublishAsync((thread * 1000) + i, cancellationToken: cancellation.Token).AsTask();
                publishing.GetAwaiter().GetResult();
            }
        });

        Assert.Equal(Enumerable.Range(0, 4000), (await inbox.HasAsync(4000)).Order());
    }

    private async Task<ITopicSubscription> SubscribeAsync(QueueOverflow overflow, int partitions)
    {
        var subscription = await topic.SubscribeAsync(
            async (message, token) =>
            {
                await gate.Task;
                await inbox.Handle(message, token);
            },
            new() { Group = "g", Capacity = 3, Overflow = overflow, Partitions = partitions });
        await topic.PublishAsync(0);
        await Eventually.HoldsAsync(() => Group().InWork == 1, "the worker is busy");
        return subscription;
    }

    private async Task PublishAsync(int last)
    {
        for (var i = 1; i <= last; i++)
        {
            await topic.PublishAsync(i, new() { Key = "k" });
        }
    }

    private GroupSnapshot Group() => bus.Snapshot().Groups.Single(group => group.Group is "g");
}
