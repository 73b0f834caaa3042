using Sira.Kernel.Messaging.DeadLetters;
using Sira.Kernel.Messaging.Errors;
using Sira.Kernel.Messaging.Journal;
using Sira.Kernel.Time;
using Sira.Storage.Engines.Memory;
using Sira.Storage.Messaging;

namespace Sira.Storage.Tests.Messaging;

/// <summary>Whatever is done to it, the journal on an engine is what the one in memory is: same positions, epochs, cursors, rows and dead letters; it may only have forgotten less.</summary>
public sealed class JournalModelTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly string[] Topics = ["a", "b.c", "b.d"];
    private static readonly string[] Patterns = ["a", "b.*", ">"];
    private static readonly string[] Groups = ["g", "g/h", "100%", "ü"];

    [Theory]
    [InlineData(0)]
    [InlineData(1 << 20)]
    public async Task Steps_AtRandom_AreAsInMemory(long cacheBytes)
    {
        for (var seed = 1; seed <= 40; seed++)
        {
            await RunAsync(seed, cacheBytes);
        }
    }

    private static async Task RunAsync(int seed, long cacheBytes)
    {
        var random = new SeededRandomSource(seed);
        var model = new InMemoryMessageJournal();
        await using var engine = new MemoryEngine();
        var journals = Enumerable.Range(0, 2).Select(_ => new StorageMessageJournal(engine, new() { CacheBytes = cacheBytes })).ToArray();
        var open = new Dictionary<string, JournalGroup>();
        var number = 0;
        for (var step = 0; step < 150; step++)
        {
            var journal = journals[random.Next(2)];
            var group = Groups[random.Next(Groups.Length)];
            switch (random.Next(10))
            {
                case 0 or 1 or 2:
                    JournalRecord[] batch = [.. Enumerable.Range(0, 1 + random.Next(5)).Select(_ => Record(random, ++number))];
                    Assert.Equal(await model.AppendAsync(batch, default), await journal.AppendAsync(batch, default));
                    break;
                case 3 when open.GetValueOrDefault(group) is not { } known || random.Next(3) == 0:
                    open[group] = await OpenAsync(model, journal, group, Patterns[random.Next(Patterns.Length)]);
                    break;
                case 4 or 5 or 6 when open.GetValueOrDefault(group) is { } own:
                    var commit = await CommitAsync(model, group, own, random);
                    Assert.Equal(await TryAsync(model, group, commit), await TryAsync(journal, group, commit));
                    open[group] = own with { Cursor = commit.Cursor };
                    break;
                case 7:
                    await CompareLettersAsync(model, journal, random, ++number);
                    break;
                case 8:
                    var now = Now.AddMinutes(random.Next(40));
                    await model.PruneAsync(now, default);
                    await journal.PruneAsync(now, default);
                    break;
                case 9 when random.Next(4) == 0:
                    Assert.Equal(await model.DeleteGroupAsync(group, default), await journal.DeleteGroupAsync(group, default));
                    break;
                default:
                    await CompareRecordsAsync(model, journal, group, Patterns[random.Next(Patterns.Length)], random.Next(number + 1), 1 + random.Next(10));
                    break;
            }
        }

        foreach (var name in open.Keys)
        {
            await OpenAsync(model, journals[0], name, ">");
        }

        foreach (var journal in journals)
        {
            await journal.DisposeAsync();
        }
    }

    private static async Task<JournalGroup> OpenAsync(InMemoryMessageJournal model, StorageMessageJournal journal, string group, string pattern)
    {
        // The oldest that is left is not the same one in both.
        var expected = await model.OpenGroupAsync(group, pattern, JournalStart.Next, default);
        var opened = await journal.OpenGroupAsync(group, pattern, JournalStart.Next, default);
        Assert.Equal((expected.Epoch, expected.Cursor, expected.Claimed), (opened.Epoch, opened.Cursor, opened.Claimed));
        Assert.Equal(expected.Rows.Select(static pending => (pending.Row, pending.Record.Metadata.Id, pending.Record.Position)), opened.Rows.Select(static pending => (pending.Row, pending.Record.Metadata.Id, pending.Record.Position)));
        return opened;
    }

    // As the bus makes them: a row for what the cursor passes and is not done, fewer rows later, now and then a dead letter.
    private static async Task<JournalCommit> CommitAsync(InMemoryMessageJournal model, string group, JournalGroup own, SeededRandomSource random)
    {
        var page = await model.ReadAsync(new(">", own.Cursor, 1 + random.Next(6), group), default);
        var rows = page.Records.Where(_ => random.Next(3) == 0).Select(record => new JournalRow(record.Position, random.Next(3), random.Next(2), random.Next(2) == 0 ? Now : null, null)).ToArray();
        var letters = page.Records.Where(record => random.Next(4) == 0 && !rows.Any(row => row.Position == record.Position)).Select(record => new JournalDeadLetter(new() { Group = group, Reason = DeadLetterReason.Failed, Message = record.Metadata, Error = $"{record.Position}" }, record)).ToArray();
        var removals = Enumerable.Range(0, random.Next(4)).Select(_ => (long)random.Next((int)own.Cursor + 1)).Distinct().ToArray();
        var cursor = page.Records.Count > 0 ? page.Records[^1].Position : own.Cursor;
        return new JournalCommit(own.Epoch, cursor, cursor + random.Next(3), rows, removals, letters);
    }

    private static async Task<bool> TryAsync(IMessageJournal journal, string group, JournalCommit commit)
    {
        try
        {
            await journal.CommitAsync(group, commit, default);
            return true;
        }
        catch (GroupTakenOverException)
        {
            return false;
        }
    }

    private static async Task CompareLettersAsync(InMemoryMessageJournal model, StorageMessageJournal journal, SeededRandomSource random, int number)
    {
        var after = random.Next(3);
        var expected = await model.ReadDeadLettersAsync(after, 100, default);
        var letters = await journal.ReadDeadLettersAsync(after, 100, default);
        Assert.Equal(expected.Select(static letter => (letter.Letter.Id, letter.Letter.Group, letter.Letter.Error, letter.Record.Metadata.Id)), letters.Select(static letter => (letter.Letter.Id, letter.Letter.Group, letter.Letter.Error, letter.Record.Metadata.Id)));
        if (letters.Count > 0)
        {
            var id = letters[random.Next(letters.Count)].Letter.Id;
            var replacement = random.Next(2) == 0 ? Record(random, number) with { Target = "g" } : null;
            Assert.Equal(await model.RemoveDeadLetterAsync(id, replacement, default), await journal.RemoveDeadLetterAsync(id, replacement, default));
        }
    }

    private static async Task CompareRecordsAsync(InMemoryMessageJournal model, StorageMessageJournal journal, string group, string pattern, long after, int maximum)
    {
        var expected = await model.ReadAsync(new(pattern, after, maximum, group), default);
        var found = new List<JournalRecord>();
        for (var next = after; ;)
        {
            var page = await journal.ReadAsync(new(pattern, next, maximum, group), default);
            Assert.True(page.Records.Count <= maximum);
            found.AddRange(page.Records);
            if (page.Records.Count == 0)
            {
                break;
            }

            next = page.Next;
        }

        Assert.Equal(found.Select(static record => record.Position).Distinct().Order(), found.Select(static record => record.Position));
        Assert.All(expected.Records, record => Assert.Contains(found, other => other.Position == record.Position && other.Metadata.Id == record.Metadata.Id));
    }

    private static JournalRecord Record(SeededRandomSource random, int number) => new()
    {
        Metadata = new() { Topic = Topics[random.Next(Topics.Length)], Id = $"{number}", PublishedAt = Now },
        Payload = new byte[random.Next(50)],
        Target = random.Next(10) == 0 ? Groups[random.Next(Groups.Length)] : null,
        KeepUntil = Now.AddMinutes(random.Next(30)),
        RememberUntil = random.Next(4) == 0 ? Now.AddMinutes(random.Next(30)) : default,
    };
}
