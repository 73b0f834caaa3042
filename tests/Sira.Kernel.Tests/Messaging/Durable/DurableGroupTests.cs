using Sira.Kernel.Messaging;
using Sira.Kernel.Messaging.Consumers;
using Sira.Kernel.Messaging.DeadLetters;
using Sira.Kernel.Messaging.Envelopes;
using Sira.Kernel.Messaging.Journal;
using Sira.Kernel.Messaging.Topics;
using Sira.Kernel.Sealing;
using Sira.Simulation.Time;
using Sira.Testing.Messaging;

namespace Sira.Kernel.Tests.Messaging.Durable;

public class DurableGroupTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly InMemoryMessageJournal journal = new();
    private readonly VirtualTimeProvider time = new();
    private readonly ListLogger logger = new();

    [Fact]
    public async Task SubscribeAsync_AfterARestart_GoesOnWhereItStood()
    {
        var inbox = new Inbox<string>();
        await using (var bus = NewBus())
        {
            using var topic = Topic(bus);
            await topic.PublishAsync("before");
            await using var subscription = await SubscribeAsync(bus, inbox.Handle);
            await topic.PublishAsync("during");
            await inbox.HasAsync(2);
            await subscription.DisposeAsync();
            await topic.PublishAsync("between");
        }

        await using var next = NewBus();
        await SubscribeAsync(next, inbox.Handle);
        Assert.Equal(["before", "during", "between"], await inbox.HasAsync(3));
    }

    [Fact]
    public async Task Poison_KillsTheProcessAgainAndAgain_IsSetAsideAndTheOthersAreHandled()
    {
        var inbox = new Inbox<string>();
        var options = Options() with { Concurrency = 3, Partitions = 3 };
        var deaths = 0;
        for (; deaths < 20; deaths++)
        {
            // Dropped where it stands when the poison is handled; the last one is disposed of.
            var bus = NewBus();
            using var topic = Topic(bus);
            if (deaths == 0)
            {
                foreach (var text in (string[])["a", "b", "poison", "c", "d", "e"])
                {
                    await topic.PublishAsync(text, new() { Key = text });
                }
            }

            var died = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            await bus.SubscribeAsync<string>(
                "orders.>",
                async (message, token) =>
                {
                    if (died.Task.IsCompleted || message.Message == "poison")
                    {
                        died.TrySetResult();
                        await new TaskCompletionSource().Task;
                    }

                    await inbox.Handle(message, token);
                },
                options);
            await Task.WhenAny(died.Task, IsSetAsideAsync(bus)).WaitAsync(Patience);
            if (!died.Task.IsCompleted)
            {
                await Eventually.HoldsAsync(() => inbox.All.Distinct().Count() == 5, "the others are handled");
                await bus.DisposeAsync();
                break;
            }
        }

        Assert.Equal(3, deaths);
        var letter = Assert.Single(await journal.ReadDeadLettersAsync(0, 10, default));
        Assert.Equal((DeadLetterReason.Poison, "poison"), (letter.Letter.Reason, letter.Letter.Message.Key));
        Assert.Equal(["a", "b", "c", "d", "e"], inbox.All.Distinct().Order());
    }

    [Fact]
    public async Task Retry_OfAnEarlierLife_WaitsForTheRestOfItsTimeAndHoldsItsKey()
    {
        var inbox = new Inbox<string>();
        var options = Options() with { Partitions = 2, Retry = new() { ImmediateRetries = 0, FirstDelay = TimeSpan.FromMinutes(1), Jitter = 0 } };
        await using (var bus = NewBus())
        {
            using var topic = Topic(bus);
            await topic.PublishAsync("a1", new() { Key = "a" });
            await topic.PublishAsync("a2", new() { Key = "a" });
            await topic.PublishAsync("b1", new() { Key = "b" });
            await bus.SubscribeAsync<string>("orders.>", (message, token) => message.Message == "a1" ? throw new InvalidOperationException("no") : inbox.Handle(message, token), options);
            await inbox.HasAsync(1);
            await Eventually.HoldsAsync(() => bus.Snapshot().Groups.Single().Retried == 1, "the first failure");
        }

        time.Advance(TimeSpan.FromSeconds(20));
        await using var next = NewBus();
        await next.SubscribeAsync<string>("orders.>", inbox.Handle, options);
        await Eventually.HoldsAsync(() => next.Snapshot().Groups.Single().Waiting == 2, "both are read");
        time.Advance(TimeSpan.FromSeconds(39));
        Assert.Equal(["b1"], inbox.All);
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(["b1", "a1", "a2"], await inbox.HasAsync(3));
    }

    [Theory]
    [InlineData(0, 40)]
    [InlineData(-24, 60)]
    [InlineData(24, 0)]
    public async Task Delay_ClockSetWhileTheProcessWasDown_IsNeverLongerThanItWasAndNeverLost(int hours, int minutesLeft)
    {
        await using (var bus = NewBus())
        {
            using var topic = Topic(bus);
            await topic.PublishAsync("later", new() { Delay = TimeSpan.FromHours(1) });
        }

        time.Advance(TimeSpan.FromMinutes(20));
        var inbox = new Inbox<string>();
        await using var next = new MessageBus(time: new SkewedTimeProvider(time) { Skew = TimeSpan.FromHours(hours) }, journal: journal);
        await SubscribeAsync(next, inbox.Handle);
        await Eventually.HoldsAsync(() => next.Snapshot().Groups.Single() is { Acknowledged: 1 } || (next.Snapshot().Groups.Single().Delayed == 1 && time.ActiveTimers > 0), "it is read, and its timer set");

        if (minutesLeft > 0)
        {
            time.Advance(TimeSpan.FromMinutes(minutesLeft) - TimeSpan.FromTicks(1));
            Assert.Empty(inbox.All);
            time.Advance(TimeSpan.FromMilliseconds(1));
        }

        Assert.Equal(["later"], await inbox.HasAsync(1));
    }

    [Fact]
    public async Task Group_OpenedByAnother_StopsHereAndNothingIsLost()
    {
        var (first, second) = (new Inbox<string>(), new Inbox<string>());
        await using var old = NewBus();
        using var topic = Topic(old);
        await SubscribeAsync(old, first.Handle);
        await topic.PublishAsync("a");
        await first.HasAsync(1);

        await using var current = NewBus();
        await SubscribeAsync(current, second.Handle);
        for (var i = 0; i < 20; i++)
        {
            await topic.PublishAsync($"{i}");
        }

        await Eventually.HoldsAsync(() => Enumerable.Range(0, 20).All(i => second.All.Contains($"{i}")), "the new owner has them all");
        await Eventually.HoldsAsync(() => logger.Entries.Any(entry => entry.Id.Id == 1105), "the old owner notices");
        Assert.True(first.All.Count <= 2);
    }

    [Fact]
    public async Task Key_RotatedAway_IsSetAsideUnreadableAndRedrivenOnceItIsBack()
    {
        var old = new SealingKey("2025", "an example secret of 32 characters"u8);
        var ring = new KeyRing(old);
        var codec = MessageCodecs.TextWith(new() { Sealer = new Sealer(ring) });
        var inbox = new Inbox<string>();
        await using var bus = NewBus();
        using var topic = bus.Topic<string>("orders.created", new() { IsDurable = true, Codec = codec });
        await topic.PublishAsync("under the old key");
        ring.Rotate(SealingKey.CreateEphemeral("2026"));
        ring.Remove("2025");
        await topic.PublishAsync("under the new key");

        await topic.SubscribeAsync(inbox.Handle, new() { Group = "g", IsDurable = true });

        Assert.Equal(["under the new key"], await inbox.HasAsync(1));
        await IsSetAsideAsync(bus);
        var letter = Assert.Single(await bus.DeadLetters.ListAsync());
        Assert.Equal(DeadLetterReason.Unreadable, letter.Reason);
        Assert.Contains("'2025'", letter.Error, StringComparison.Ordinal);
        Assert.Equal("2025", (await Assert.ThrowsAsync<UnknownKeyException>(async () => await bus.DeadLetters.ReadAsync<string>(letter))).KeyId);

        ring.Add(old);
        Assert.True(await bus.DeadLetters.RedriveAsync(letter));
        Assert.Equal(["under the new key", "under the old key"], await inbox.HasAsync(2));
    }

    [Fact]
    public async Task PublishAsync_LargerThanTheLimit_IsRefusedAndNothingIsKept()
    {
        await using var bus = NewBus();
        using var topic = bus.Topic<string>("orders.created", new() { IsDurable = true, Codec = MessageCodecs.TextWith(new() { MaximumBytes = 100 }) });
        await Assert.ThrowsAsync<EnvelopeException>(async () => await topic.PublishAsync(new string('a', 200), new() { MessageId = "1" }));
        Assert.Empty((await journal.ReadAsync(new(">", 0, 10), default)).Records);
        Assert.False((await topic.PublishAsync("small", new() { MessageId = "1" })).IsDuplicate);
    }

    [Fact]
    public async Task PublishAsync_SameIdAfterARestart_IsADuplicate()
    {
        await using (var bus = NewBus())
        {
            using var topic = Topic(bus);
            await topic.PublishAsync("a", new() { MessageId = "1" });
        }

        await using var next = NewBus();
        using var again = Topic(next);
        Assert.True((await again.PublishAsync("a", new() { MessageId = "1" })).IsDuplicate);
        Assert.False((await again.PublishAsync("b", new() { MessageId = "2" })).IsDuplicate);
    }

    [Fact]
    public async Task Journal_FailsForAWhile_NothingIsLostOnceItIsBack()
    {
        var failing = new FailingJournal(journal);
        var inbox = new Inbox<string>();
        await using var bus = new MessageBus(logger, time, journal: failing);
        using var topic = Topic(bus);
        await SubscribeAsync(bus, inbox.Handle);
        await topic.PublishAsync("a");
        await inbox.HasAsync(1);

        failing.Fails = true;
        await Assert.ThrowsAsync<Kernel.Messaging.Errors.JournalException>(async () => await topic.PublishAsync("lost", new() { MessageId = "m" }));
        failing.Fails = false;
        await topic.PublishAsync("lost", new() { MessageId = "m" });
        await topic.PublishAsync("c");
        await Eventually.HoldsAsync(
            () =>
            {
                time.AdvanceToNextTimer();
                return inbox.All.Count == 3;
            },
            "the others");

        Assert.Equal(["a", "lost", "c"], inbox.All);
    }

    [Fact]
    public async Task Filter_OfADurableGroup_PassesOthersBy()
    {
        var inbox = new Inbox<string>();
        await using var bus = NewBus();
        using var topic = Topic(bus);
        await bus.SubscribeAsync<string>("orders.*", inbox.Handle, Options() with { Filter = new MessageFilter<string>("a only", (text, _) => text.StartsWith('a')) });
        foreach (var text in (string[])["a1", "b1", "a2"])
        {
            await topic.PublishAsync(text);
        }

        Assert.Equal(["a1", "a2"], await inbox.HasAsync(2));
    }

    private static ConsumerOptions<string> Options() => new() { Group = "g", IsDurable = true, Codec = MessageCodecs.Text };

    private static ITopic<string> Topic(MessageBus bus) => bus.Topic<string>("orders.created", new() { IsDurable = true, Codec = MessageCodecs.Text });

    private static ValueTask<ITopicSubscription> SubscribeAsync(MessageBus bus, Func<MessageContext<string>, CancellationToken, ValueTask> handler) => bus.SubscribeAsync("orders.>", handler, Options());

    private MessageBus NewBus() => new(logger, time, journal: journal);

    private async Task IsSetAsideAsync(MessageBus bus) => await Eventually.HoldsAsync(() => bus.DeadLetters.ListAsync().AsTask().GetAwaiter().GetResult().Count > 0, "it is set aside");
}
