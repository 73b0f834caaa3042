using Sira.Kernel.Messaging;
using Sira.Kernel.Messaging.Errors;
using Sira.Kernel.Messaging.Journal;
using Sira.Testing.Messaging;

namespace Sira.Kernel.Tests.Messaging.Journal;

public sealed class InMemoryMessageJournalTests : MessageJournalContract
{
    [Fact]
    public async Task AppendAsync_Full_TakesNothingOfTheBatch()
    {
        var journal = new InMemoryMessageJournal(capacity: 2);
        var record = new JournalRecord { Metadata = new() { Topic = "a", Id = "1", PublishedAt = default } };
        await journal.AppendAsync([record], default);

        Assert.Equal(2, (await Assert.ThrowsAsync<JournalFullException>(async () => await journal.AppendAsync([record, record], default))).Capacity);
        Assert.Single((await journal.ReadAsync(new("a", 0, 10), default)).Records);

        await journal.PruneAsync(default, default);
        await journal.AppendAsync([record, record], default);
    }

    [Fact]
    public async Task PublishAsync_JournalFull_ThePublisherIsToldAndGoesOnOnceThereIsRoom()
    {
        await using var bus = new MessageBus(journal: new InMemoryMessageJournal(capacity: 3));
        using var topic = bus.Topic<int>("orders", new() { IsDurable = true, Codec = MessageCodecs.Number });
        for (var i = 0; i < 3; i++)
        {
            await topic.PublishAsync(i);
        }

        await Assert.ThrowsAsync<JournalFullException>(async () => await topic.PublishAsync(3, new() { MessageId = "three" }));
        var inbox = new Inbox<int>();
        await using var subscription = await topic.SubscribeAsync(inbox.Handle, new() { Group = "g", IsDurable = true });
        await inbox.HasAsync(3);
        await subscription.DisposeAsync();

        Assert.False((await topic.PublishAsync(3, new() { MessageId = "three" })).IsDuplicate);
    }

    protected override ValueTask<IMessageJournal> CreateAsync() => new(new InMemoryMessageJournal());
}
