using Sira.Kernel.Messaging;
using Sira.Kernel.Messaging.DeadLetters;
using Sira.Kernel.Messaging.Errors;
using Sira.Kernel.Messaging.Journal;
using Sira.Storage.Engines.Memory;
using Sira.Storage.Keys;
using Sira.Storage.Messaging;
using Sira.Storage.Messaging.Formats;
using Sira.Testing.Messaging;

namespace Sira.Storage.Tests.Messaging;

public sealed class JournalGroupTests : IAsyncDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly MemoryEngine engine = new();
    private readonly StorageMessageJournal journal;

    public JournalGroupTests() => journal = new StorageMessageJournal(engine);

    public async ValueTask DisposeAsync()
    {
        await journal.DisposeAsync();
        await engine.DisposeAsync();
    }

    [Fact]
    public async Task PruneAsync_RowBeforeTheCursor_KeepsItsRecordBesideTheLogAndForgetsItWithTheRow()
    {
        var last = await AppendAsync(1500);
        var opened = await journal.OpenGroupAsync("g", "a", JournalStart.Oldest, default);
        await journal.CommitAsync("g", new(opened.Epoch, last - 1, last, [new(1, 1, 0, null, null), new(1200, 2, 0, null, null)], [], []), default);

        Assert.Equal(last - 1, await journal.PruneAsync(Now, default));

        Assert.Equal(last, Assert.Single((await engine.Events.ReadAsync(new("bus", "log"))).Events).Version);
        var again = await journal.OpenGroupAsync("g", "a", JournalStart.Oldest, default);
        Assert.Equal([("1", 1L), ("1200", 1200L)], again.Rows.Select(static pending => (pending.Record.Metadata.Id, pending.Record.Position)));

        await journal.CommitAsync("g", new(again.Epoch, last, last, [new(1, 2, 0, null, null)], [1200], []), default);
        Assert.Equal(["1"], (await journal.OpenGroupAsync("g", "a", JournalStart.Oldest, default)).Rows.Select(static pending => pending.Record.Metadata.Id));
        Assert.Equal([$"kept/g/{1:x16}"], await NamesAsync("kept/"));
    }

    [Fact]
    public async Task CommitAsync_LargerThanABatch_IsNotedAsAWhole()
    {
        var last = await AppendAsync(9000, 9000);
        var opened = await journal.OpenGroupAsync("g", "a", JournalStart.Oldest, default);
        await journal.CommitAsync("g", new(opened.Epoch, 9000, last, [.. Enumerable.Range(1, 9000).Select(static i => new JournalRow(i, 0, 0, null, null))], [], []), default);
        var letters = (await journal.ReadAsync(new("a", 0, 10), default)).Records.Select(static record => Letter(record)).ToArray();
        await journal.CommitAsync(
            "g",
            new(opened.Epoch, last, last, [.. Enumerable.Range(9001, 9000).Select(static i => new JournalRow(i, 1, 0, null, null))], [.. Enumerable.Range(1, 8990).Select(static i => (long)i)], letters),
            default);

        var again = await journal.OpenGroupAsync("g", "a", JournalStart.Oldest, default);
        Assert.Equal((last, 9010), (again.Cursor, again.Rows.Count));
        Assert.Equal((8991L, 0), (again.Rows[0].Row.Position, again.Rows[0].Row.Deliveries));
        Assert.Equal((last, 1), (again.Rows[^1].Row.Position, again.Rows[^1].Row.Deliveries));
        Assert.Equal(10, (await journal.ReadDeadLettersAsync(0, 100, default)).Count);
    }

    [Fact]
    public async Task CommitAsync_LargerThanABatchAndFailingAtEachPart_LosesNothingWhenTheGroupIsOpened()
    {
        for (var failing = 1; failing <= 2; failing++)
        {
            await using var own = new MemoryEngine();
            var (isFailing, calls, number) = (false, 0, failing);
            await using var faulty = new StorageMessageJournal(new FaultyEngine(own, TimeProvider.System, _ => isFailing && ++calls >= number ? new JournalFault(Fails: true) : default));
            await faulty.AppendAsync([.. Enumerable.Range(1, 9999).Select(static i => Record(i))], default);
            var opened = await faulty.OpenGroupAsync("g", "a", JournalStart.Oldest, default);
            await faulty.CommitAsync("g", new(opened.Epoch, 1, 1, [new(1, 0, 0, null, null)], [], []), default);
            isFailing = true;

            await Assert.ThrowsAsync<JournalException>(async () => await faulty.CommitAsync("g", new(opened.Epoch, 9999, 9999, [.. Enumerable.Range(2, 9998).Select(static i => new JournalRow(i, 1, 0, null, null))], [1], []), default));

            isFailing = false;
            var again = await faulty.OpenGroupAsync("g", "a", JournalStart.Oldest, default);
            Assert.Equal((1L, 1L), (again.Cursor, Assert.Single(again.Rows).Row.Position));
            Assert.Equal([$"row/g/{1:x16}"], (await own.Store.ScanAsync(new StoreScan(new("bus"), "row/"))).Items.Select(static item => item.Name));
        }
    }

    [Fact]
    public async Task DeleteGroupAsync_DyingAtEachCall_IsGoneForWhoeverOpensItNext()
    {
        var calls = int.MaxValue;
        for (var dieAt = 1; dieAt <= calls; dieAt++)
        {
            await using var own = new MemoryEngine();
            var (isDying, count, number) = (false, 0, dieAt);
            await using var dying = new StorageMessageJournal(new FaultyEngine(own, TimeProvider.System, _ => isDying && ++count >= number ? new JournalFault(Fails: true) : default));
            await dying.AppendAsync([.. Enumerable.Range(1, 1500).Select(static i => Record(i))], default);
            var opened = await dying.OpenGroupAsync("g", "a", JournalStart.Oldest, default);
            var record = (await dying.ReadAsync(new("a", 0, 1), default)).Records[0];
            await dying.CommitAsync("g", new(opened.Epoch, 1500, 1500, [.. Enumerable.Range(1, 1500).Select(static i => new JournalRow(i, 1, 0, null, null))], [], [Letter(record)]), default);
            isDying = true;
            try
            {
                Assert.True(await dying.DeleteGroupAsync("g", default));
                calls = count;
            }
            catch (JournalException) when (count >= number)
            {
                calls = int.MaxValue;
            }

            await using var heir = new StorageMessageJournal(own);
            var isEnding = await own.Store.GetAsync(new("bus", "group/g")) is not { } entry || GroupState.Read(entry.Value.Span, own.Name, "g").IsEnding;
            var again = await heir.OpenGroupAsync("g", "a", JournalStart.Next, default);
            Assert.True(again.Epoch > opened.Epoch);
            if (isEnding)
            {
                Assert.Empty(again.Rows);
                Assert.Empty(await heir.ReadDeadLettersAsync(0, 10, default));
            }
            else
            {
                Assert.Equal(1500, again.Rows.Count);
            }

            await Assert.ThrowsAsync<GroupTakenOverException>(async () => await heir.CommitAsync("g", new(opened.Epoch, 1, 1, [], [], []), default));
        }
    }

    [Fact]
    public async Task Groups_WhoseNamesBeginAlike_HaveNothingInCommon()
    {
        await AppendAsync(1);
        string[] names = ["a", "a/b", "a%2Fb", new('x', 256), new string('x', 255) + "ü"];
        foreach (var name in names)
        {
            var opened = await journal.OpenGroupAsync(name, "a", JournalStart.Oldest, default);
            await journal.CommitAsync(name, new(opened.Epoch, 1, 1, [new(1, name.Length, 0, null, null)], [], []), default);
        }

        Assert.True(await journal.DeleteGroupAsync("a", default));
        foreach (var name in names.Skip(1))
        {
            Assert.Equal(name.Length, Assert.Single((await journal.OpenGroupAsync(name, "a", JournalStart.Oldest, default)).Rows).Row.Deliveries);
        }
    }

    [Fact]
    public async Task Group_OpenedByAnotherBusOnTheSameEngine_StopsHereAndNothingIsLost()
    {
        await using var otherJournal = new StorageMessageJournal(engine);
        var (first, second) = (new Inbox<string>(), new Inbox<string>());
        await using var old = new MessageBus(journal: journal);
        await using var current = new MessageBus(journal: otherJournal);
        using var topic = old.Topic<string>("orders.new", new() { IsDurable = true, Codec = MessageCodecs.Text });
        await topic.SubscribeAsync(first.Handle, new() { Group = "g", IsDurable = true });
        await topic.PublishAsync("a");
        await first.HasAsync(1);

        await current.SubscribeAsync<string>("orders.new", second.Handle, new() { Group = "g", IsDurable = true, Codec = MessageCodecs.Text });
        for (var i = 0; i < 200; i++)
        {
            await topic.PublishAsync($"{i}");
        }

        await Eventually.HoldsAsync(() => Enumerable.Range(0, 200).All(i => second.All.Contains($"{i}")), "the new owner has them all");

        // What the old one had in work when it was taken over may come twice; what it had only read may not.
        Assert.True(first.All.Count <= 2, $"the old owner handled {first.All.Count}");
        Assert.Equal(second.All.Distinct(), second.All);
    }

    private static JournalRecord Record(int i) => new() { Metadata = new() { Topic = "a", Id = $"{i}", PublishedAt = Now }, Payload = new byte[] { 1 } };

    private static JournalDeadLetter Letter(JournalRecord record) => new(new() { Group = "g", Reason = DeadLetterReason.Failed, Message = record.Metadata }, record);

    private async Task<long> AppendAsync(params int[] counts)
    {
        var (last, next) = (0L, 1);
        foreach (var count in counts)
        {
            last = await journal.AppendAsync([.. Enumerable.Range(next, count).Select(static i => Record(i))], default);
            next += count;
        }

        return last;
    }

    private async Task<IEnumerable<string>> NamesAsync(string prefix) => (await engine.Store.ScanAsync(new StoreScan(new("bus"), prefix))).Items.Select(static item => item.Name);
}
