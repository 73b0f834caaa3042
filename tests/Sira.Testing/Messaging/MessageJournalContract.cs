using Sira.Kernel.Messaging;
using Sira.Kernel.Messaging.DeadLetters;
using Sira.Kernel.Messaging.Errors;
using Sira.Kernel.Messaging.Journal;
using Xunit;

namespace Sira.Testing.Messaging;

/// <summary>What every journal must do. Derive a test class for each engine.</summary>
public abstract class MessageJournalContract
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task AppendAsync_Batches_GivesAscendingPositionsAndKeepsTheOrder()
    {
        var journal = await CreateAsync();
        var first = await journal.AppendAsync([Record("a", "1"), Record("a", "2")], default);
        var second = await journal.AppendAsync([Record("a", "3")], default);

        Assert.True(second > first);
        var page = await journal.ReadAsync(new("a", 0, 10), default);
        Assert.Equal(["1", "2", "3"], page.Records.Select(record => record.Metadata.Id));
        Assert.Equal(page.Records.Select(record => record.Position).Order(), page.Records.Select(record => record.Position));
        Assert.Equal((first, second), (page.Records[1].Position, page.Records[2].Position));
    }

    [Fact]
    public async Task ReadAsync_EverythingOfARecord_IsAsItWasAppended()
    {
        var journal = await CreateAsync();
        var metadata = new MessageMetadata
        {
            Topic = "orders.created",
            Id = "id",
            Key = "schlüssel",
            Priority = 7,
            CorrelationId = "c",
            Headers = new Dictionary<string, string> { ["a"] = "1", ["b"] = string.Empty },
            PublishedAt = Now,
            NotBefore = Now.AddSeconds(1),
            ExpiresAt = Now.AddSeconds(2),
            TraceParent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            TraceState = "a=b",
            Redrives = 3,
        };
        await journal.AppendAsync([new() { Metadata = metadata, Payload = new byte[] { 0, 255, 1 }, Target = "g", KeepUntil = Now.AddDays(1) }], default);

        var read = Assert.Single((await journal.ReadAsync(new("orders.created", 0, 10, "g"), default)).Records);

        Assert.Equal(metadata with { Headers = read.Metadata.Headers }, read.Metadata);
        Assert.Equal(metadata.Headers.OrderBy(header => header.Key), read.Metadata.Headers.OrderBy(header => header.Key));
        Assert.Equal([0, 255, 1], read.Payload.ToArray());
        Assert.Equal(("g", Now.AddDays(1)), (read.Target, read.KeepUntil));
    }

    [Fact]
    public async Task ReadAsync_PatternAndPages_GivesEachMatchingRecordOnce()
    {
        var journal = await CreateAsync();
        for (var i = 0; i < 50; i++)
        {
            await journal.AppendAsync([Record(i % 3 == 0 ? "orders.a" : i % 3 == 1 ? "orders.b.c" : "payments", $"{i}")], default);
        }

        Assert.Equal(Numbers(i => i % 3 == 0), await ReadAllAsync(journal, "orders.*", 7));
        Assert.Equal(Numbers(i => i % 3 != 2), await ReadAllAsync(journal, "orders.>", 1));
        Assert.Equal(Numbers(i => i % 3 == 2), await ReadAllAsync(journal, "payments", 100));
        Assert.Empty(await ReadAllAsync(journal, "nobody", 5));

        static IEnumerable<string> Numbers(Func<int, bool> condition) => Enumerable.Range(0, 50).Where(condition).Select(i => $"{i}");
    }

    [Fact]
    public async Task ReadAsync_RecordsForOneGroup_AreForItOnly()
    {
        var journal = await CreateAsync();
        await journal.AppendAsync([Record("a", "all"), Record("a", "g") with { Target = "g" }], default);

        Assert.Equal(["all", "g"], (await journal.ReadAsync(new("a", 0, 10, "g"), default)).Records.Select(record => record.Metadata.Id));
        Assert.Equal(["all"], (await journal.ReadAsync(new("a", 0, 10, "h"), default)).Records.Select(record => record.Metadata.Id));
        Assert.Equal(["all"], (await journal.ReadAsync(new("a", 0, 10), default)).Records.Select(record => record.Metadata.Id));
    }

    [Fact]
    public async Task WaitAsync_SomethingIsAppended_Ends()
    {
        var journal = await CreateAsync();
        var waiting = journal.WaitAsync(0, default).AsTask();
        var last = await journal.AppendAsync([Record("a", "1")], default);
        await waiting.WaitAsync(TimeSpan.FromSeconds(30));
        await journal.WaitAsync(last - 1, default);

        using var cancellation = new CancellationTokenSource();
        var more = journal.WaitAsync(last, cancellation.Token).AsTask();
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => more);
    }

    [Fact]
    public async Task OpenGroupAsync_New_StartsWhereItIsToldAndKeepsThat()
    {
        var journal = await CreateAsync();
        var last = await journal.AppendAsync([Record("a", "1"), Record("a", "2")], default);

        var oldest = await journal.OpenGroupAsync("oldest", "a", JournalStart.Oldest, default);
        var next = await journal.OpenGroupAsync("next", "a", JournalStart.Next, default);

        Assert.Equal(2, (await journal.ReadAsync(new("a", oldest.Cursor, 10), default)).Records.Count);
        Assert.Equal(last, next.Cursor);
        Assert.Equal(next.Cursor, (await journal.OpenGroupAsync("next", "a", JournalStart.Oldest, default)).Cursor);
    }

    [Fact]
    public async Task CommitAsync_CursorClaimAndRows_AreThereWhenTheGroupIsOpenedAgain()
    {
        var journal = await CreateAsync();
        await journal.AppendAsync([.. Enumerable.Range(1, 5).Select(i => Record("a", $"{i}"))], default);
        var opened = await journal.OpenGroupAsync("g", "a", JournalStart.Oldest, default);
        var positions = (await journal.ReadAsync(new("a", opened.Cursor, 10), default)).Records.Select(record => record.Position).ToArray();
        var failed = new JournalRow(positions[1], 2, 1, Now.AddSeconds(9), Now);

        await journal.CommitAsync("g", new(opened.Epoch, positions[2], positions[4], [failed, new(positions[0], 0, 0, null, null)], [], []), default);
        var again = await journal.OpenGroupAsync("g", "a", JournalStart.Oldest, default);

        Assert.Equal((positions[2], positions[4]), (again.Cursor, again.Claimed));
        Assert.Equal([new(positions[0], 0, 0, null, null), failed], again.Rows.Select(row => row.Row));
        Assert.Equal(["1", "2"], again.Rows.Select(row => row.Record.Metadata.Id));

        var changed = failed with { Deliveries = 3 };
        await journal.CommitAsync("g", new(again.Epoch, positions[4], positions[4], [changed], [positions[0], positions[3]], []), default);
        Assert.Equal([changed], (await journal.OpenGroupAsync("g", "a", JournalStart.Oldest, default)).Rows.Select(row => row.Row));
    }

    [Fact]
    public async Task CommitAsync_BySomebodyWhoWasTakenOver_ThrowsAndChangesNothing()
    {
        var journal = await CreateAsync();
        await journal.AppendAsync([Record("a", "1")], default);
        var old = await journal.OpenGroupAsync("g", "a", JournalStart.Oldest, default);
        var current = await journal.OpenGroupAsync("g", "a", JournalStart.Oldest, default);
        Assert.True(current.Epoch > old.Epoch);

        var commit = new JournalCommit(old.Epoch, old.Cursor + 1, old.Cursor + 1, [], [], [Letter("g", Record("a", "1") with { Position = old.Cursor + 1 })]);
        await Assert.ThrowsAsync<GroupTakenOverException>(async () => await journal.CommitAsync("g", commit, default));

        Assert.Equal(old.Cursor, (await journal.OpenGroupAsync("g", "a", JournalStart.Oldest, default)).Cursor);
        Assert.Empty(await journal.ReadDeadLettersAsync(0, 10, default));
    }

    [Fact]
    public async Task CommitAsync_TheSameTwice_IsHarmless()
    {
        var journal = await CreateAsync();
        var position = await journal.AppendAsync([Record("a", "1")], default);
        var opened = await journal.OpenGroupAsync("g", "a", JournalStart.Oldest, default);
        var record = (await journal.ReadAsync(new("a", 0, 1), default)).Records[0];
        var commit = new JournalCommit(opened.Epoch, position, position, [], [position], [Letter("g", record)]);

        await journal.CommitAsync("g", commit, default);
        await journal.CommitAsync("g", commit, default);

        Assert.Equal("1", Assert.Single(await journal.ReadDeadLettersAsync(0, 10, default)).Record.Metadata.Id);
    }

    [Fact]
    public async Task DeadLetters_ReadAndReplaced_AreGoneAndTheReplacementIsRead()
    {
        var journal = await CreateAsync();
        await journal.AppendAsync([Record("a", "1"), Record("a", "2"), Record("a", "3")], default);
        var opened = await journal.OpenGroupAsync("g", "a", JournalStart.Oldest, default);
        var records = (await journal.ReadAsync(new("a", 0, 10), default)).Records;
        await journal.CommitAsync("g", new(opened.Epoch, records[2].Position, records[2].Position, [], [], [.. records.Select(record => Letter("g", record))]), default);
        await journal.PruneAsync(Now, default);

        var first = Assert.Single(await journal.ReadDeadLettersAsync(0, 1, default));
        var rest = await journal.ReadDeadLettersAsync(first.Letter.Id, 10, default);
        Assert.Equal(["1", "2", "3"], rest.Prepend(first).Select(letter => letter.Record.Metadata.Id));
        Assert.True(first.Letter.Id > 0);
        Assert.Equal(("failed", "System.Exception", 4), (first.Letter.Error, first.Letter.ExceptionType, first.Letter.Deliveries));

        Assert.True(await journal.RemoveDeadLetterAsync(first.Letter.Id, Record("a", "again") with { Target = "g" }, default));
        Assert.False(await journal.RemoveDeadLetterAsync(first.Letter.Id, Record("a", "twice") with { Target = "g" }, default));
        Assert.True(await journal.RemoveDeadLetterAsync(rest[0].Letter.Id, null, default));

        Assert.Equal(["3"], (await journal.ReadDeadLettersAsync(0, 10, default)).Select(letter => letter.Record.Metadata.Id));
        Assert.Equal(["again"], (await journal.ReadAsync(new("a", records[2].Position, 10, "g"), default)).Records.Select(record => record.Metadata.Id));
    }

    [Fact]
    public async Task PruneAsync_KeepsWhatAGroupHasNotDoneAndWhatNobodyHasSeen()
    {
        var journal = await CreateAsync();
        var last = await journal.AppendAsync([Record("a", "1"), Record("a", "2"), Record("b", "3") with { KeepUntil = Now }, Record("c", "4") with { KeepUntil = Now.AddSeconds(1) }], default);
        var opened = await journal.OpenGroupAsync("g", "a", JournalStart.Oldest, default);
        var records = (await journal.ReadAsync(new("a", 0, 10), default)).Records;

        await journal.PruneAsync(Now, default);
        Assert.Equal(["1", "2"], await ReadAllAsync(journal, "a", 10));
        Assert.Equal(["4"], await ReadAllAsync(journal, "c", 10));

        await journal.CommitAsync("g", new(opened.Epoch, records[1].Position, records[1].Position, [new(records[0].Position, 1, 0, null, null)], [], []), default);
        await journal.PruneAsync(Now, default);
        var again = await journal.OpenGroupAsync("g", "a", JournalStart.Oldest, default);
        Assert.Equal("1", Assert.Single(again.Rows).Record.Metadata.Id);
        Assert.True(await journal.AppendAsync([Record("a", "5")], default) > last);
        Assert.Contains("5", await ReadAllAsync(journal, "a", 10));
    }

    // Otherwise its publisher, who was not told that it was kept, could publish it once more.
    [Fact]
    public async Task PruneAsync_KeepsWhatEveryGroupHasDoneWhileItsIdIsRemembered()
    {
        var journal = await CreateAsync();
        var last = await journal.AppendAsync([Record("a", "1") with { RememberUntil = Now.AddSeconds(1) }], default);
        var opened = await journal.OpenGroupAsync("g", "a", JournalStart.Oldest, default);
        await journal.CommitAsync("g", new(opened.Epoch, last, last, [], [], []), default);

        await journal.PruneAsync(Now, default);
        Assert.Equal(Now.AddSeconds(1), Assert.Single((await journal.ReadAsync(new("a", 0, 10), default)).Records).RememberUntil);
    }

    [Fact]
    public async Task DeleteGroupAsync_TakesItsStateAlong()
    {
        var journal = await CreateAsync();
        var position = await journal.AppendAsync([Record("a", "1")], default);
        var opened = await journal.OpenGroupAsync("g", "a", JournalStart.Oldest, default);
        var record = (await journal.ReadAsync(new("a", 0, 1), default)).Records[0];
        await journal.CommitAsync("g", new(opened.Epoch, position, position, [], [], [Letter("g", record)]), default);

        Assert.True(await journal.DeleteGroupAsync("g", default));
        Assert.False(await journal.DeleteGroupAsync("g", default));

        Assert.Empty(await journal.ReadDeadLettersAsync(0, 10, default));
        await Assert.ThrowsAsync<GroupTakenOverException>(async () => await journal.CommitAsync("g", new(opened.Epoch, position, position, [], [], []), default));
    }

    [Fact]
    public async Task AppendAsync_OnManyThreads_NoReaderPassesARecordBy()
    {
        var journal = await CreateAsync();
        var read = new List<string>();
        var reading = Task.Run(async () =>
        {
            var after = 0L;
            while (read.Count < 800)
            {
                var page = await journal.ReadAsync(new("a", after, 50), default);
                read.AddRange(page.Records.Select(record => record.Metadata.Id));
                after = page.Next;
                if (page.Records.Count == 0)
                {
                    await journal.WaitAsync(after, default);
                }
            }
        });

        await Task.WhenAll(Enumerable.Range(0, 4).Select(writer => Task.Run(async () =>
        {
            for (var i = 0; i < 100; i++)
            {
                await journal.AppendAsync([Record("a", $"{writer}-{i}"), Record("a", $"{writer}-{i}'")], default);
            }
        })));

        await reading.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal(800, read.Distinct().Count());
    }

    /// <summary>Creates an empty journal.</summary>
    /// <returns>The journal.</returns>
    protected abstract ValueTask<IMessageJournal> CreateAsync();

    private static JournalRecord Record(string topic, string id) => new() { Metadata = new() { Topic = topic, Id = id, PublishedAt = Now }, Payload = new byte[] { 1 }, KeepUntil = Now.AddDays(1) };

    private static JournalDeadLetter Letter(string group, JournalRecord record) => new(
        new()
        {
            IsDurable = true,
            Group = group,
            Reason = DeadLetterReason.Failed,
            Message = record.Metadata,
            ExceptionType = "System.Exception",
            Error = "failed",
            Deliveries = 4,
            FirstFailedAt = Now,
            LastFailedAt = Now,
        },
        record);

    private static async Task<List<string>> ReadAllAsync(IMessageJournal journal, string pattern, int page)
    {
        var all = new List<string>();
        for (var after = 0L; ;)
        {
            var read = await journal.ReadAsync(new(pattern, after, page), default);
            if (read.Records.Count == 0)
            {
                return all;
            }

            Assert.True(read.Records.Count <= page);
            all.AddRange(read.Records.Select(record => record.Metadata.Id));
            after = read.Next;
        }
    }
}
