using Sira.Kernel.Messaging;
using Sira.Kernel.Messaging.DeadLetters;
using Sira.Kernel.Messaging.Errors;
using Sira.Kernel.Messaging.Journal;
using Sira.Storage.Engines.Memory;
using Sira.Storage.Errors;
using Sira.Storage.Events;
using Sira.Storage.Keys;
using Sira.Storage.Messaging;
using Sira.Storage.Messaging.Formats;
using Sira.Storage.Messaging.Records;
using Sira.Testing.Messaging;

namespace Sira.Storage.Tests.Messaging;

/// <summary>What the engine gives back is not what it was given.</summary>
public sealed class JournalDamageTests : IAsyncDisposable
{
    private static readonly StorePartition Bus = new("bus");
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly MemoryEngine engine = new();
    private readonly StorageMessageJournal journal;

    public JournalDamageTests() => journal = new StorageMessageJournal(engine, new() { CacheBytes = 0 });

    public async ValueTask DisposeAsync()
    {
        await journal.DisposeAsync();
        await engine.DisposeAsync();
    }

    [Fact]
    public void Read_EachBitFlippedInTurn_IsToldAndNeverTakenForWhole()
    {
        var record = Record("orders.new", "1");
        var whole = Bytes(record);
        for (var bit = 0; bit < whole.Length * 8; bit++)
        {
            var damaged = whole.ToArray();
            damaged[bit / 8] ^= (byte)(1 << (bit % 8));

            var read = RecordFormat.Read(damaged, new RecordPlace("e", 7, Now));

            Assert.NotNull(read.Damage);
            Assert.Equal(7, read.Position);
            Assert.Contains("position 7", read.Damage.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Read_CutOffAnywhere_IsToldAndNeverTakenForWhole()
    {
        var whole = Bytes(Record("orders.new", "1"));
        for (var length = 0; length < whole.Length; length++)
        {
            Assert.NotNull(RecordFormat.Read(whole.AsMemory(0, length), new RecordPlace("e", 7, Now)).Damage);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Record_Damaged_IsSetAsideByItsGroupAndTheOthersAreHandled(bool isTopicKnown)
    {
        await AppendAsync(Bytes(await EncodedAsync("a")), Damage(Bytes(await EncodedAsync("b")), atHeader: !isTopicKnown), Bytes(await EncodedAsync("c")));
        var inbox = new Inbox<string>();
        await using var bus = new MessageBus(journal: journal);
        await bus.SubscribeAsync<string>("orders.new", inbox.Handle, new() { Group = "g", IsDurable = true, Codec = MessageCodecs.Text });

        Assert.Equal(["a", "c"], await inbox.HasAsync(2));
        await using var later = new MessageBus(journal: new StorageMessageJournal(engine));

        // Counted when it is decided, there when it is committed.
        await Eventually.HoldsAsync(async () => (await later.DeadLetters.ListAsync()).Count == 1, "the dead letter");
        var letter = Assert.Single(await later.DeadLetters.ListAsync());
        Assert.Equal((DeadLetterReason.Unreadable, "orders.new"), (letter.Reason, letter.Message.Topic));
        Assert.Contains("checksum", letter.Error, StringComparison.Ordinal);
        await Assert.ThrowsAsync<JournalException>(async () => await bus.DeadLetters.ReadAsync<string>(letter));

        // It is no better when it is tried again, and with other content it is.
        Assert.True(await bus.DeadLetters.RedriveAsync(letter));
        await Eventually.HoldsAsync(async () => (await bus.DeadLetters.ListAsync()) is [var again] && again.Id != letter.Id, "the second dead letter");
        Assert.True(await bus.DeadLetters.RedriveAsync(Assert.Single(await bus.DeadLetters.ListAsync()), "b"));
        Assert.Equal(["a", "c", "b"], await inbox.HasAsync(3));
    }

    [Fact]
    public async Task Record_OfWhichNothingIsKnown_ComesToEveryGroup()
    {
        await AppendAsync(Damage(Bytes(Record("orders.new", "1")), atHeader: true));
        foreach (var (pattern, topic) in ((string, string)[])[("orders.new", "orders.new"), ("payments.*", RecordFormat.UnknownTopic)])
        {
            var found = Assert.Single((await journal.ReadAsync(new(pattern, 0, 10, "g"), default)).Records);
            Assert.Equal(topic, found.Metadata.Topic);
            Assert.NotNull(found.Damage);
        }
    }

    [Fact]
    public async Task Record_OfANewerVersion_StopsTheReader()
    {
        var newer = Bytes(Record("orders.new", "1"));
        newer[0] = 2;
        var header = BitConverter.ToInt32(newer, 9);
        BitConverter.TryWriteBytes(newer.AsSpan(1), Checksum.Of(newer.AsSpan(5, 8 + header), Checksum.Of(newer.AsSpan(0, 1))));
        await AppendAsync(newer);

        var failed = await Assert.ThrowsAsync<JournalException>(async () => await journal.ReadAsync(new("orders.new", 0, 10, "g"), default));

        Assert.Equal(StorageErrorKind.Incompatible, Assert.IsType<StorageException>(failed.InnerException).Kind);
    }

    [Theory]
    [InlineData("group/g")]
    [InlineData("epochs")]
    public async Task State_Damaged_IsAnErrorAndNothingStartsAnew(string name)
    {
        await journal.OpenGroupAsync("g", "orders.new", JournalStart.Oldest, default);
        await journal.AppendAsync([Record("orders.new", "1")], default);
        await DamageAsync(name);

        var failed = await Assert.ThrowsAsync<JournalException>(async () => await journal.OpenGroupAsync("g", "orders.new", JournalStart.Oldest, default));

        Assert.Equal(StorageErrorKind.Corrupt, Assert.IsType<StorageException>(failed.InnerException).Kind);
        Assert.Contains(name == "epochs" ? "epochs" : "'g'", failed.Message, StringComparison.Ordinal);
        if (name == "group/g")
        {
            await Assert.ThrowsAsync<JournalException>(async () => await journal.PruneAsync(Now, default));
            Assert.True(await journal.DeleteGroupAsync("g", default));
            Assert.Equal(0, (await journal.OpenGroupAsync("g", "orders.new", JournalStart.Oldest, default)).Cursor);
        }
    }

    [Fact]
    public async Task RowAndLetter_Damaged_AreThereAllTheSame()
    {
        var position = await journal.AppendAsync([Record("a", "1")], default);
        var opened = await journal.OpenGroupAsync("g", "a", JournalStart.Oldest, default);
        var record = (await journal.ReadAsync(new("a", 0, 1), default)).Records[0];
        var letter = new JournalDeadLetter(new() { Group = "g", Reason = DeadLetterReason.Failed, Message = record.Metadata }, record);
        await journal.CommitAsync("g", new(opened.Epoch, position, position, [new(position, 5, 0, Now, Now)], [], [letter]), default);
        await DamageAsync($"row/g/{position:x16}");
        await DamageAsync($"letter/{1:x16}");

        var row = Assert.Single((await journal.OpenGroupAsync("g", "a", JournalStart.Oldest, default)).Rows);
        var read = Assert.Single(await journal.ReadDeadLettersAsync(0, 10, default));

        Assert.Equal((new JournalRow(position, 1, 1, null, null), "1"), (row.Row, row.Record.Metadata.Id));
        Assert.Equal((1, DeadLetterReason.Unreadable), (read.Letter.Id, read.Letter.Reason));
        Assert.NotNull(read.Record.Damage);
        Assert.True(await journal.RemoveDeadLetterAsync(1, null, default));
        Assert.Empty(await journal.ReadDeadLettersAsync(0, 10, default));
    }

    private static byte[] Bytes(JournalRecord record) => RecordLog.ToEvent(record).Data.ToArray();

    private static JournalRecord Record(string topic, string id) => new()
    {
        Metadata = new() { Topic = topic, Id = id, PublishedAt = Now, Key = "k", Headers = new Dictionary<string, string> { ["h"] = "v" } },
        Payload = new byte[] { 1, 2, 3 },
        KeepUntil = Now.AddDays(1),
    };

    private static async Task<JournalRecord> EncodedAsync(string text)
    {
        var memory = new InMemoryMessageJournal();
        await using var bus = new MessageBus(journal: memory);
        using var topic = bus.Topic<string>("orders.new", new() { IsDurable = true, Codec = MessageCodecs.Text });
        await topic.PublishAsync(text);
        return Assert.Single((await memory.ReadAsync(new("orders.new", 0, 10), default)).Records);
    }

    private static byte[] Damage(byte[] bytes, bool atHeader)
    {
        bytes[atHeader ? 15 : ^1] ^= 1;
        return bytes;
    }

    private async Task AppendAsync(params byte[][] records) => await engine.Events.AppendAsync(Bus.Key("log"), ExpectedVersion.Any, [.. records.Select(static bytes => new EventData("message", bytes))]);

    private async Task DamageAsync(string name)
    {
        var bytes = (await engine.Store.GetAsync(Bus.Key(name)))!.Value.Value.ToArray();
        bytes[^1] ^= 1;
        await engine.Store.PutAsync(Bus.Key(name), bytes);
    }
}
