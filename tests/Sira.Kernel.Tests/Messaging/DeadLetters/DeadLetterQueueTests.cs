using Sira.Kernel.Messaging;
using Sira.Kernel.Messaging.Consumers;
using Sira.Kernel.Messaging.DeadLetters;
using Sira.Kernel.Messaging.Journal;
using Sira.Kernel.Messaging.Topics;
using Sira.Testing.Messaging;

namespace Sira.Kernel.Tests.Messaging.DeadLetters;

/// <summary>The same for groups in memory and durable ones.</summary>
public abstract class DeadLetterQueueTests(bool isDurable) : IAsyncDisposable
{
    private readonly MessageBus bus = new(journal: new InMemoryMessageJournal());
    private readonly Inbox<string> handled = new();
    private volatile bool fails = true;

    public ValueTask DisposeAsync() => bus.DisposeAsync();

    [Fact]
    public async Task RedriveAsync_ByQuery_DeliversThoseToTheirGroupOnlyAndAnew()
    {
        var topic = await FailAsync("a", "b", "c");
        var other = new Inbox<string>();
        await topic.SubscribeAsync(other.Handle, new() { Group = "late", IsDurable = isDurable, Start = JournalStart.Next });
        fails = false;

        Assert.Equal(2, await bus.DeadLetters.RedriveAsync(new DeadLetterQuery { Group = "g", Topic = "orders.*", Where = letter => letter.Message.Key != "b" }));

        Assert.Equal(["a", "c"], (await handled.HasAsync(2)).Order());
        var left = Assert.Single(await bus.DeadLetters.ListAsync());
        Assert.Equal("b", left.Message.Key);
        Assert.Empty(other.All);
    }

    [Fact]
    public async Task RedriveAsync_FailsAgain_IsADeadLetterThatCountsItsRedrives()
    {
        await FailAsync("a");
        for (var i = 1; i <= 3; i++)
        {
            var letter = Assert.Single(await bus.DeadLetters.ListAsync());
            Assert.Equal((i - 1, 1), (letter.Message.Redrives, letter.Deliveries));
            Assert.True(await bus.DeadLetters.RedriveAsync(letter));
            Assert.False(await bus.DeadLetters.RedriveAsync(letter));
            await HasLettersAsync(1);
        }
    }

    [Fact]
    public async Task RedriveAsync_Edited_DeliversTheNewContentUnderTheOldKey()
    {
        await FailAsync("a");
        fails = false;
        var letter = Assert.Single(await bus.DeadLetters.ListAsync());
        Assert.Equal("a", await bus.DeadLetters.ReadAsync<string>(letter));

        Assert.True(await bus.DeadLetters.RedriveAsync(letter, "mended"));

        Assert.Equal(["mended"], await handled.HasAsync(1));
        Assert.Empty(await bus.DeadLetters.ListAsync());
    }

    [Fact]
    public async Task RedirectAsync_PublishesElsewhereAndRemoves()
    {
        await FailAsync("a");
        using var elsewhere = bus.Topic<string>("manual");
        var inbox = new Inbox<string?>();
        await elsewhere.SubscribeAsync((message, _) =>
        {
            inbox.Add(message.Metadata.Key);
            return default;
        });
        var letter = Assert.Single(await bus.DeadLetters.ListAsync());

        Assert.True(await bus.DeadLetters.RedirectAsync(letter, elsewhere, "by hand"));
        Assert.False(await bus.DeadLetters.RedirectAsync(letter, elsewhere, "by hand"));

        Assert.Equal(["a"], await inbox.HasAsync(1));
        Assert.Empty(await bus.DeadLetters.ListAsync());
    }

    [Fact]
    public async Task PurgeAsync_RemovesForGood()
    {
        await FailAsync("a", "b");
        Assert.Equal(2, await bus.DeadLetters.PurgeAsync(new DeadLetterQuery { Reason = DeadLetterReason.Failed }));
        Assert.Empty(await bus.DeadLetters.ListAsync());
    }

    [Fact]
    public async Task ListAsync_Maximum_GivesTheOldest()
    {
        await FailAsync("a", "b", "c");
        var letters = await bus.DeadLetters.ListAsync(new() { Maximum = 2 });
        Assert.Equal(["a", "b"], letters.Select(letter => letter.Message.Key));
        Assert.All(letters, letter => Assert.Equal(isDurable, letter.IsDurable));
    }

    private async Task<ITopic<string>> FailAsync(params string[] texts)
    {
        var topic = bus.Topic<string>("orders.created", new() { IsDurable = isDurable, Codec = MessageCodecs.Text });
        await topic.SubscribeAsync(
            (message, token) => fails ? throw new InvalidOperationException("no") : handled.Handle(message, token),
            new() { Group = "g", IsDurable = isDurable, Retry = MessageRetryOptions.None });
        foreach (var text in texts)
        {
            await topic.PublishAsync(text, new() { Key = text });
        }

        await HasLettersAsync(texts.Length);
        return topic;
    }

    private async Task HasLettersAsync(int count) => await Eventually.HoldsAsync(() => bus.DeadLetters.ListAsync().AsTask().GetAwaiter().GetResult().Count == count, $"{count} dead letters");
}
