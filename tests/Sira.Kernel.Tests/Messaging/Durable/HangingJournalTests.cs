using Sira.Kernel.Messaging;
using Sira.Kernel.Messaging.Consumers;
using Sira.Kernel.Messaging.Journal;
using Sira.Simulation.Time;
using Sira.Testing.Messaging;

namespace Sira.Kernel.Tests.Messaging.Durable;

/// <summary>What ends, and what goes on, while a call to the journal hangs or fails.</summary>
public class HangingJournalTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly InMemoryMessageJournal journal = new();
    private readonly VirtualTimeProvider time = new();

    [Fact]
    public async Task DisposeAsync_WhileASuspectIsWrittenDownAndTheJournalHangs_EndsAfterTheDrainTimeout()
    {
        await LeaveAMessageInWorkAsync();
        var hanging = new HangingJournal(journal) { HangsCommits = true };
        var bus = new MessageBus(time: time, journal: hanging);
        var inbox = new Inbox<string>();
        var subscription = await bus.SubscribeAsync<string>("orders", inbox.Handle, Options());
        await Eventually.HoldsAsync(() => hanging.HangingCommits > 0 && bus.Snapshot().Groups.Single().InWork == 1, "the note that it is in work once more");

        var ending = subscription.DisposeAsync().AsTask();
        await EndsAsync(ending);

        Assert.Empty(inbox.All);
        await using var next = new MessageBus(time: time, journal: journal);
        await next.SubscribeAsync<string>("orders", inbox.Handle, Options());
        Assert.Equal(["a"], await inbox.HasAsync(1));
    }

    [Fact]
    public async Task DisposeAsync_GroupTakenOverWhileASuspectIsWrittenDown_Ends()
    {
        await LeaveAMessageInWorkAsync();
        var hanging = new HangingJournal(journal) { HangsCommits = true };
        var bus = new MessageBus(time: time, journal: hanging);
        var inbox = new Inbox<string>();
        var subscription = await bus.SubscribeAsync<string>("orders", inbox.Handle, Options());
        await Eventually.HoldsAsync(() => hanging.HangingCommits > 0, "the note that it is in work once more");
        await journal.OpenGroupAsync("g", "orders", JournalStart.Oldest, default);
        hanging.Release();

        await EndsAsync(subscription.DisposeAsync().AsTask());
        Assert.Empty(inbox.All);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Abandoned_ByOneOfTwoSubscriptions_GoesToTheOtherBeforeTheNextOfItsKey(bool isDurable)
    {
        var inbox = new Inbox<string>();
        await using var bus = new MessageBus(time: time, journal: journal);
        using var topic = bus.Topic<string>("orders", new() { IsDurable = true, Codec = MessageCodecs.Text });
        var options = Options() with { IsDurable = isDurable };
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var leaving = await bus.SubscribeAsync<string>(
            "orders",
            async (_, token) =>
            {
                begun.TrySetResult();
                await Task.Delay(Timeout.Infinite, token);
            },
            options);
        await topic.PublishAsync("a", new() { Key = "k" });
        await begun.Task.WaitAsync(Patience);
        await topic.PublishAsync("b", new() { Key = "k" });
        await bus.SubscribeAsync<string>("orders", inbox.Handle, options);

        await EndsAsync(leaving.DisposeAsync().AsTask());

        Assert.Equal(["a", "b"], await inbox.HasAsync(2));
        await Eventually.HoldsAsync(() => bus.Snapshot().Groups.Single() is { Acknowledged: 2, Dropped: 0, InWork: 0, Waiting: 0 }, "both are done");
    }

    [Fact]
    public async Task PublishAsync_PruningFailsOrHangs_IsNotDisturbed()
    {
        var hanging = new HangingJournal(journal) { HangsPrunes = true };
        await using var bus = new MessageBus(time: time, journal: hanging);
        using var topic = bus.Topic<string>("orders", new() { IsDurable = true, Codec = MessageCodecs.Text });
        await topic.PublishAsync("a").AsTask().WaitAsync(Patience);
        hanging.FailPrunes();
        time.Advance(TimeSpan.FromMinutes(2));
        await topic.PublishAsync("b").AsTask().WaitAsync(Patience);
        await topic.PublishAsync("c").AsTask().WaitAsync(Patience);
        Assert.Equal(3, (await journal.ReadAsync(new("orders", 0, 10), default)).Records.Count);
    }

    private static ConsumerOptions<string> Options() => new() { Group = "g", IsDurable = true, Codec = MessageCodecs.Text, Partitions = 1 };

    private async Task LeaveAMessageInWorkAsync()
    {
        // Never disposed of: it is dropped where it stands.
        var dying = new MessageBus(time: time, journal: journal);
        using var topic = dying.Topic<string>("orders", new() { IsDurable = true, Codec = MessageCodecs.Text });
        await topic.PublishAsync("a", new() { Key = "k" });
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await dying.SubscribeAsync<string>(
            "orders",
            async (_, _) =>
            {
                begun.TrySetResult();
                await new TaskCompletionSource().Task;
            },
            Options());
        await begun.Task.WaitAsync(Patience);
    }

    private async Task EndsAsync(Task ending)
    {
        await Eventually.HoldsAsync(
            () =>
            {
                time.AdvanceToNextTimer();
                return ending.IsCompleted;
            },
            "the end of the subscription");
        await ending;
    }
}
