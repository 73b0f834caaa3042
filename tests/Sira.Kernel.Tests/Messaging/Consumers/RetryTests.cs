using Sira.Kernel.Messaging;
using Sira.Kernel.Messaging.Consumers;
using Sira.Kernel.Messaging.DeadLetters;
using Sira.Kernel.Messaging.Topics;
using Sira.Kernel.Time;
using Sira.Simulation.Time;
using Sira.Testing.Messaging;

namespace Sira.Kernel.Tests.Messaging.Consumers;

public sealed class RetryTests : IAsyncDisposable
{
    private static readonly MessageRetryOptions NoJitter = new() { Jitter = 0 };

    private readonly ListLogger logger = new();
    private readonly VirtualTimeProvider time = new();
    private readonly MessageBus bus;

    public RetryTests() => bus = new MessageBus(logger, time, new SeededRandomSource(1));

    public ValueTask DisposeAsync() => bus.DisposeAsync();

    [Fact]
    public async Task Handler_FailsEachTime_IsRetriedAtOnceThenWithBackOffThenSetAside()
    {
        using var topic = bus.Topic<int>("orders");
        var deliveries = new Inbox<(int Delivery, TimeSpan At)>();
        var start = time.GetUtcNow();
        var announced = new Inbox<DeadLetter>();
        bus.Subscribe<MessageDeadLettered>(message => announced.Add(message.Letter));
        await topic.SubscribeAsync(
            (message, _) =>
            {
                deliveries.Add((message.Delivery, time.GetUtcNow() - start));
                throw new InvalidOperationException($"no {message.Delivery}, key sk-abcdefghijklmnopqrstuvwxyz123456");
            },
            new() { Group = "g", Retry = NoJitter });

        await topic.PublishAsync(7, new() { Key = "k" });
        for (var delivery = 2; delivery < 5; delivery++)
        {
            await deliveries.HasAsync(delivery);
            await Eventually.HoldsAsync(() => time.ActiveTimers == 1, "the retry is planned");
            time.AdvanceToNextTimer();
        }

        await Eventually.HoldsAsync(() => bus.Snapshot().Groups.Single().DeadLettered == 1, "it is set aside");

        Assert.Equal([(1, TimeSpan.Zero), (2, TimeSpan.Zero), (3, TimeSpan.FromSeconds(1)), (4, TimeSpan.FromSeconds(3)), (5, TimeSpan.FromSeconds(7))], deliveries.All);
        var letter = Assert.Single(await bus.DeadLetters.ListAsync());
        Assert.Equal(("g", DeadLetterReason.Failed, 5, "k", "System.InvalidOperationException"), (letter.Group, letter.Reason, letter.Deliveries, letter.Message.Key, letter.ExceptionType));
        Assert.Equal((start, start + TimeSpan.FromSeconds(7)), (letter.FirstFailedAt, letter.LastFailedAt));
        Assert.Equal("no 5, key …", letter.Error);
        Assert.Equal(7, await bus.DeadLetters.ReadAsync<int>(letter));
        Assert.Equal(letter.Message, Assert.Single(announced.All).Message);
        Assert.Equal(4, bus.Snapshot().Groups.Single().Retried);
    }

    [Fact]
    public async Task ShouldRetry_SaysNo_SetsAsideAtOnce()
    {
        using var topic = bus.Topic<int>("orders");
        var calls = 0;
        await topic.SubscribeAsync(
            (_, _) =>
            {
                calls++;
                throw new ArgumentException("never works");
            },
            new() { Retry = new() { ShouldRetry = static exception => exception is not ArgumentException } });

        await topic.PublishAsync(1);

        await Eventually.HoldsAsync(() => bus.Snapshot().Groups.Single().DeadLettered == 1, "it is set aside");
        Assert.Equal(1, calls);
        Assert.Equal(DeadLetterReason.Rejected, (await bus.DeadLetters.ListAsync()).Single().Reason);
    }

    [Fact]
    public async Task Handler_AlwaysFails_OthersAreServedAndTheHostGoesOn()
    {
        using var topic = bus.Topic<int>("orders");
        var good = new Inbox<int>();
        await topic.SubscribeAsync((_, _) => throw new InvalidOperationException("always"), new() { Group = "bad", Retry = MessageRetryOptions.None });
        await topic.SubscribeAsync(good.Handle, new() { Group = "good" });

        for (var i = 0; i < 100; i++)
        {
            await topic.PublishAsync(i);
        }

        Assert.Equal(Enumerable.Range(0, 100), await good.HasAsync(100));
        await Eventually.HoldsAsync(() => bus.Snapshot().Groups.Single(group => group.Group == "bad").DeadLettered == 100, "all are set aside");
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(2, 1)]
    [InlineData(3, 2)]
    [InlineData(4, 4)]
    [InlineData(12, 300)]
    [InlineData(1000, 300)]
    public void DelayAfter_GrowsUpToTheLongest(int deliveries, int seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), NoJitter.DelayAfter(deliveries, new SeededRandomSource(1)));

    [Fact]
    public void DelayAfter_Jitter_TakesAtMostItsShareAway()
    {
        var random = new SeededRandomSource(3);
        var delays = Enumerable.Range(0, 1000).Select(_ => MessageRetryOptions.Default.DelayAfter(2, random).TotalSeconds).ToArray();
        Assert.All(delays, delay => Assert.InRange(delay, 0.8, 1));
        Assert.True(delays.Max() - delays.Min() > 0.15);
    }

    [Fact]
    public async Task Explicit_NotSettledInTheWindow_IsCancelledAndDeliveredAgain()
    {
        using var topic = bus.Topic<int>("orders");
        var tokens = new Inbox<(int Delivery, CancellationToken Token)>();
        var contexts = new Inbox<MessageContext<int>>();
        await topic.SubscribeAsync(
            (message, token) =>
            {
                contexts.Add(message);
                tokens.Add((message.Delivery, token));
                return default;
            },
            new() { Acknowledgement = AcknowledgementMode.Explicit, AcknowledgementWindow = TimeSpan.FromSeconds(5) });

        await topic.PublishAsync(1);
        await tokens.HasAsync(1);
        time.Advance(TimeSpan.FromSeconds(4));
        Assert.True(contexts.All[0].ExtendWindow());
        time.Advance(TimeSpan.FromSeconds(4));
        Assert.Single(tokens.All);
        time.Advance(TimeSpan.FromSeconds(1));
        await tokens.HasAsync(2);

        Assert.True(tokens.All[0].Token.IsCancellationRequested);
        Assert.False(contexts.All[0].Acknowledge());
        Assert.Equal(2, tokens.All[1].Delivery);
        Assert.True(contexts.All[1].Acknowledge());
        Assert.Equal(1, bus.Snapshot().Groups.Single().Acknowledged);
        Assert.Equal(0, bus.Snapshot().Groups.Single().InWork);
    }

    [Fact]
    public async Task Explicit_RetryAndReject_AreDone()
    {
        using var topic = bus.Topic<int>("orders");
        var deliveries = new Inbox<int>();
        await topic.SubscribeAsync(
            (message, _) =>
            {
                deliveries.Add(message.Delivery);
                Assert.True(message.Delivery == 1 ? message.Retry(TimeSpan.FromHours(1)) : message.Reject("not for me"));
                Assert.False(message.Acknowledge());
                return default;
            });

        await topic.PublishAsync(1);
        await deliveries.HasAsync(1);
        await Eventually.HoldsAsync(() => time.ActiveTimers == 1, "the retry is planned");
        time.Advance(TimeSpan.FromHours(1));
        await deliveries.HasAsync(2);

        await Eventually.HoldsAsync(() => bus.Snapshot().Groups.Single().DeadLettered == 1, "it is set aside");
        var letter = Assert.Single(await bus.DeadLetters.ListAsync());
        Assert.Equal((DeadLetterReason.Rejected, "not for me", 2), (letter.Reason, letter.Error, letter.Deliveries));
    }
}
