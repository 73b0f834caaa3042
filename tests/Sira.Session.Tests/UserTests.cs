using System.Text;
using System.Text.Json;
using Sira.Session.Errors;
using Sira.Session.Tests.Support;
using Sira.Session.Turns;
using static Sira.Session.Tests.Support.TestSessions;

namespace Sira.Session.Tests;

public abstract class UserTests(bool isAtomic)
{
    private static readonly NewSession OfAnn = new() { User = "ann@example.org" };
    private static readonly UserKey Ann = new("ann@example.org", "acme");

    [Fact]
    public async Task EraseUserAsync_Everything_IsGoneFromTheEngine()
    {
        var eraser = new RecordingEraser();
        await using var sessions = new TestSessions(isAtomic, subjects: eraser);
        var first = await sessions.Store.CreateAsync("first", "acme", OfAnn);
        await first.AppendAsync(Enumerable.Range(0, 300).Select(static i => User($"secret word {i}")));
        await sessions.Store.DrainAsync();
        await first.SetStateAsync("n", "secret state", TestJson.Default.String);
        await first.SetCachedAsync("secret key", "secret value"u8.ToArray(), TimeSpan.FromHours(1));
        await first.RewindAsync(1);
        var fork = await first.ForkAsync(200);
        await sessions.Store.DeleteAsync(first.Info.Key);
        var second = await sessions.Store.CreateAsync("second", "acme", OfAnn);
        await second.AppendAsync([User("another secret")]);
        var bob = await sessions.Store.CreateAsync("third", "acme", new NewSession { User = "bob" });
        await bob.AppendAsync([User("of bob")]);
        await (await sessions.Store.CreateAsync("first", options: OfAnn)).AppendAsync([User("of another Ann")]);
        Assert.Contains("/segment/", await EngineDump.ReadAsync(sessions.Memory), StringComparison.Ordinal);

        Assert.Equal(3, await sessions.Store.EraseUserAsync(Ann));
        Assert.Equal(0, await sessions.Store.EraseUserAsync(Ann));

        var dump = await EngineDump.ReadAsync(sessions.Memory);
        Assert.DoesNotContain("secret", dump, StringComparison.Ordinal);
        Assert.Contains("of bob", dump, StringComparison.Ordinal);
        Assert.Contains("of another Ann", dump, StringComparison.Ordinal);
        var (tenant, subject) = Assert.Single(eraser.Erased);
        Assert.Equal("acme", tenant);
        Assert.DoesNotContain(subject, dump, StringComparison.Ordinal);
        foreach (var gone in (ISession[])[fork, second])
        {
            await Assert.ThrowsAsync<SessionNotFoundException>(() => gone.AppendAsync([User("late")]).AsTask());
            await Assert.ThrowsAsync<SessionNotFoundException>(() => gone.RefreshAsync().AsTask());
            await Assert.ThrowsAsync<SessionNotFoundException>(() => gone.ForkAsync().AsTask());
            await Assert.ThrowsAsync<SessionNotFoundException>(() => sessions.Store.OpenAsync(gone.Info.Key).AsTask());
        }

        Assert.Equal(["of bob"], Texts((await sessions.Another().OpenAsync(bob.Info.Key)).History));
        await sessions.Store.CreateAsync("first", "acme", OfAnn);
        Assert.DoesNotContain(subject, await EngineDump.ReadAsync(sessions.Memory), StringComparison.Ordinal);
    }

    [Fact]
    public async Task StoredNames_OfAUser_BeginWithOneSubjectAndTellNothing()
    {
        await using var sessions = new TestSessions(isAtomic);
        var session = await sessions.Store.CreateAsync("first", "acme", OfAnn);
        await session.AppendAsync([User("a")]);
        await session.ForkAsync();
        await sessions.Store.CreateAsync("second", "acme", OfAnn);

        var names = (await EngineDump.ReadAsync(sessions.Memory)).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(static line => line.Split(' ')[1].Split('=')[0]).ToList();

        Assert.Single(names.Select(static name => name.Split('/')[0]).Where(static subject => subject.Length == 26).Distinct());
        Assert.All(names, static name => Assert.DoesNotContain("ann", name, StringComparison.OrdinalIgnoreCase));
        Assert.All(names, static name => Assert.DoesNotContain("first", name, StringComparison.Ordinal));
    }

    [Fact]
    public async Task ExportUserAsync_Everything_IsThereAndNothingOfOthers()
    {
        await using var sessions = new TestSessions(isAtomic);
        var first = await sessions.Store.CreateAsync("first", "acme", OfAnn);
        var turn = await first.StartTurnAsync([User("asked\nin two lines")]);
        await first.EndTurnAsync(turn, [Assistant("answered")], new TurnEnd(TurnOutcome.Completed));
        await first.SetStateAsync("n", "stated", TestJson.Default.String);
        await first.AddSummaryAsync(new History.SessionSummary(0, 3, 4, "summed up", 2));
        await first.RewindAsync(1);
        await first.SetCachedAsync("k", "cached"u8.ToArray(), TimeSpan.FromHours(1));
        var fork = await first.ForkAsync(4, "fork");
        await fork.AppendAsync([User("forked")]);
        await sessions.Store.DeleteAsync(first.Info.Key);
        await (await sessions.Store.CreateAsync("bob", "acme", new NewSession { User = "bob" })).AppendAsync([User("of bob")]);

        using var output = new MemoryStream();
        Assert.Equal(2, await sessions.Another().ExportUserAsync(Ann, output));

        var text = Encoding.UTF8.GetString(output.ToArray());
        var lines = text.TrimEnd('\n').Split('\n').Select(static line => JsonDocument.Parse(line).RootElement).ToList();
        foreach (var expected in (string[])["two lines", "answered", "stated", "summed up", "forked", Convert.ToBase64String("cached"u8)])
        {
            Assert.Contains(expected, text, StringComparison.Ordinal);
        }

        Assert.DoesNotContain("of bob", text, StringComparison.Ordinal);
        Assert.Equal("user", lines[0].GetProperty("kind").GetString());
        Assert.Equal(("end", 2), (lines[^1].GetProperty("kind").GetString(), lines[^1].GetProperty("sessions").GetInt32()));
        var events = lines.Where(static line => line.GetProperty("kind").GetString() == "event").ToList();
        Assert.Equal(events.Count, lines[^1].GetProperty("events").GetInt32());
        Assert.Equal([5, 6], events.Where(static line => line.GetProperty("session").GetString() == "fork").Select(static line => line.GetProperty("version").GetInt64()));
        Assert.Contains(events, static line => line.GetProperty("type").GetString() == "rewound");
        Assert.Equal(["first", "fork"], lines.Where(static line => line.GetProperty("kind").GetString() == "session").OrderBy(static line => line.GetProperty("deleted").GetBoolean() ? 0 : 1).Select(static line => line.GetProperty("session").GetString()));
    }

    [Fact]
    public async Task ExportUserAsync_Unknown_SaysThatThereIsNothing()
    {
        await using var sessions = new TestSessions(isAtomic);
        using var output = new MemoryStream();

        Assert.Equal(0, await sessions.Store.ExportUserAsync(Ann, output));

        Assert.Contains("\"sessions\":0", Encoding.UTF8.GetString(output.ToArray()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ExportUserAsync_DamagedEvent_IsExportedAsItStands()
    {
        await using var sessions = new TestSessions(isAtomic);
        var session = await sessions.Store.CreateAsync("first", "acme", OfAnn);
        var stream = (await sessions.Memory.Events.ListAsync(new Storage.Keys.StoreScan(new("sessions", "acme")))).Streams.Single().Name;
        await sessions.Memory.Events.AppendAsync(new("sessions", stream, "acme"), Storage.Events.ExpectedVersion.Any, [new("message", "no json"u8.ToArray())]);

        using var output = new MemoryStream();
        await sessions.Store.ExportUserAsync(Ann, output);

        Assert.Contains(Convert.ToBase64String("no json"u8), Encoding.UTF8.GetString(output.ToArray()), StringComparison.Ordinal);
        await Assert.ThrowsAsync<SessionFormatException>(() => session.RefreshAsync().AsTask());
        await sessions.Store.EraseUserAsync(Ann);
        Assert.Equal(string.Empty, await EngineDump.ReadAsync(sessions.Memory));
    }

    [Fact]
    public async Task CreateAsync_WhileTheUserIsBeingErased_IsRefusedUntilItIsFinished()
    {
        await using var sessions = new TestSessions(isAtomic);
        var session = await sessions.Store.CreateAsync("first", "acme", OfAnn);
        sessions.Engine.Arm(3, Fault.FailBefore, forGood: true);
        await Assert.ThrowsAsync<Storage.Errors.StorageException>(() => sessions.Store.EraseUserAsync(Ann).AsTask());
        sessions.Engine.Arm(0, Fault.None);

        await Assert.ThrowsAsync<SessionStateException>(() => sessions.Store.CreateAsync("second", "acme", OfAnn).AsTask());
        await Assert.ThrowsAsync<SessionStateException>(() => session.ForkAsync().AsTask());
        var swept = await sessions.Another().SweepAsync();

        Assert.Equal(1, swept.Finished);
        Assert.Equal(string.Empty, await EngineDump.ReadAsync(sessions.Memory));
        await sessions.Store.CreateAsync("second", "acme", OfAnn);
    }

    [Fact]
    public async Task OpenOrCreateAsync_OfSomebodyElse_IsNotFound()
    {
        await using var sessions = new TestSessions(isAtomic);
        await sessions.Store.CreateAsync("first", "acme", OfAnn);

        await Assert.ThrowsAsync<SessionNotFoundException>(() => sessions.Store.OpenOrCreateAsync(new SessionKey("first", "acme"), new NewSession { User = "bob" }).AsTask());
        Assert.Equal("ann@example.org", (await sessions.Store.OpenOrCreateAsync(new SessionKey("first", "acme"), OfAnn)).Info.User);
        await Assert.ThrowsAsync<ArgumentException>(async () => await (await sessions.Store.OpenAsync(new SessionKey("first", "acme"))).ForkAsync(options: new NewSession { User = "bob" }));
    }
}
