using System.Text.Json;
using Microsoft.Extensions.AI;
using Sira.Session.Errors;
using Sira.Session.History;
using Sira.Session.Tests.Support;
using Sira.Session.Turns;
using static Sira.Session.Tests.Support.TestSessions;

namespace Sira.Session.Tests;

public class SessionHandleTests
{
    [Fact]
    public async Task AppendAsync_Turns_AreReadBackWhole()
    {
        await using var sessions = new TestSessions();
        var session = await sessions.Store.CreateAsync("chat");

        var turn = await session.StartTurnAsync([User("What is 2 + 2?")]);
        Assert.Equal(turn, session.OpenTurn);
        await session.EndTurnAsync(turn, [Assistant("4")], new TurnEnd(TurnOutcome.Completed) { FinishReason = ChatFinishReason.Stop, Usage = new UsageDetails { InputTokenCount = 12, OutputTokenCount = 1 }, Model = "m" });

        var read = await sessions.Another().OpenAsync(new SessionKey("chat"));
        Assert.Equal(["What is 2 + 2?", "4"], Texts(read.History));
        Assert.Equal(session.Version, read.Version);
        Assert.Null(read.OpenTurn);
        Assert.All(read.History.Messages, message => Assert.Equal(turn.Version, message.Header.Turn));
        Assert.Equal(turn.Version, read.History.Messages[0].Header.Version);
        Assert.All(read.History.Messages, static message => Assert.True(message.Header.Tokens > 0));
        Assert.All(read.History.Messages, message => Assert.Equal(sessions.Time.GetUtcNow(), message.Header.At));
    }

    [Theory]
    [InlineData(TurnOutcome.Failed)]
    [InlineData(TurnOutcome.Cancelled)]
    public async Task EndTurnAsync_NotCompleted_KeepsThePartialAnswerAndMarksIt(TurnOutcome outcome)
    {
        await using var sessions = new TestSessions();
        var session = await sessions.Store.CreateAsync("chat");
        var turn = await session.StartTurnAsync([User("Tell me a story.")]);
        var call = new ChatMessage(ChatRole.Assistant, [new FunctionCallContent("c1", "search")]);

        await session.EndTurnAsync(turn, [call, new ChatMessage(ChatRole.Tool, [new FunctionResultContent("c1", "found")]), Assistant("Once upon a ti")], new TurnEnd(outcome) { Error = "The line went dead." });

        var headers = (await sessions.Another().OpenAsync(new SessionKey("chat"))).History.Messages.Select(static message => message.Header).ToList();
        Assert.Equal([false, false, false, true], headers.Select(static header => header.IsPartial));
        Assert.Equal(["c1"], headers[1].Calls);
        Assert.Equal(["c1"], headers[2].Results);
    }

    [Fact]
    public async Task EndTurnAsync_TextCutInTheMiddleOfACharacter_IsKept()
    {
        await using var sessions = new TestSessions();
        var session = await sessions.Store.CreateAsync("chat");
        var turn = await session.StartTurnAsync([User("Smile.")]);

        await session.EndTurnAsync(turn, [Assistant("Here: \ud83d")], new TurnEnd(TurnOutcome.Cancelled));

        Assert.StartsWith("Here: ", (await sessions.Another().OpenAsync(new SessionKey("chat"))).History.Messages[1].Message.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AppendAsync_WithoutTurns_GroupsByWhatPeopleSay()
    {
        await using var sessions = new TestSessions();
        var session = await sessions.Store.CreateAsync("imported");

        await session.AppendAsync([new ChatMessage(ChatRole.System, "Be brief."), User("a"), User("b"), Assistant("c"), User("d"), Assistant("e")]);

        Assert.Equal([2, 2, 2, 2, 6, 6], session.History.Messages.Select(static message => message.Header.Turn));
    }

    [Fact]
    public async Task AppendAsync_SecondWriter_IsToldAndCanRebase()
    {
        await using var sessions = new TestSessions();
        var first = await sessions.Store.CreateAsync("chat");
        var second = await sessions.Another().OpenAsync(new SessionKey("chat"));
        await first.AppendAsync([User("from the first")]);

        var conflict = await Assert.ThrowsAsync<SessionConflictException>(() => second.AppendAsync([User("from the second")]).AsTask());
        Assert.Equal((1, 2), (conflict.Expected, conflict.Current));
        Assert.Empty(second.History.Messages);

        var calls = 0;
        await second.RebaseAsync(async (session, cancellationToken) => await session.AppendAsync([User($"{++calls} behind {session.History.Messages.Count}")], cancellationToken));

        Assert.Equal(["from the first", "2 behind 1"], Texts(second.History));
    }

    [Fact]
    public async Task State_SetAndRemoved_FollowsTheLog()
    {
        await using var sessions = new TestSessions();
        var session = await sessions.Store.CreateAsync("chat");
        await session.SetStateAsync("basket", new Basket("Ann", [1, 2]), TestJson.Default.Basket);
        var before = session.Version;
        await session.AppendAsync(new SessionChanges().Set("basket", new Basket("Ann", [3]), TestJson.Default.Basket).Set("n", 7, TestJson.Default.Int32));
        await session.AppendAsync(new SessionChanges().Remove("n"));

        Assert.Equal([3], session.GetState("basket", TestJson.Default.Basket)!.Items);
        Assert.False(session.TryGetState("n", TestJson.Default.Int32, out _));
        Assert.Throws<JsonException>(() => session.TryGetState("basket", TestJson.Default.Int32, out _));

        await session.RewindAsync(before);
        Assert.Equal([1, 2], session.GetState("basket", TestJson.Default.Basket)!.Items);
        Assert.Equal(["basket"], (await sessions.Another().OpenAsync(new SessionKey("chat"))).StateKeys);
    }

    [Fact]
    public async Task RewindAsync_AndBackAgain_GivesBackWhatWasRewound()
    {
        await using var sessions = new TestSessions();
        var session = await sessions.Store.CreateAsync("chat");
        await session.AppendAsync([User("a"), Assistant("b")]);
        var all = session.Version;
        await session.RewindAsync(2);
        await session.AppendAsync([Assistant("c")]);
        Assert.Equal(["a", "c"], Texts(session.History));
        Assert.Equal(["a", "b"], Texts(await session.GetHistoryAsync(all)));

        await session.RewindAsync(all);

        Assert.Equal(["a", "b"], Texts(session.History));
        Assert.Equal(["a", "b"], Texts((await sessions.Another().OpenAsync(new SessionKey("chat"))).History));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => session.RewindAsync(0).AsTask());
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => session.RewindAsync(session.Version + 1).AsTask());
    }

    [Fact]
    public async Task AddSummaryAsync_IsAViewBesideTheMessages()
    {
        await using var sessions = new TestSessions();
        var session = await sessions.Store.CreateAsync("chat");
        await session.AppendAsync([User("a"), Assistant("b")]);
        await session.AddSummaryAsync(new SessionSummary(0, 2, 3, "They greeted.", 4) { Compactor = "test", Model = "m", Level = 1 });

        var read = (await sessions.Another().OpenAsync(new SessionKey("chat"))).History;
        Assert.Equal(2, read.Messages.Count);
        Assert.Equal(new SessionSummary(4, 2, 3, "They greeted.", 4) { Compactor = "test", Model = "m", Level = 1 }, Assert.Single(read.Summaries));
    }

    [Fact]
    public async Task AppendAsync_OverALimit_IsRefusedAndNothingChanges()
    {
        await using var sessions = new TestSessions(options: new SessionOptions { MaximumMessages = 2, MaximumMessageBytes = 2000, MaximumStateBytes = 30 });
        var session = await sessions.Store.CreateAsync("chat");

        var large = await Assert.ThrowsAsync<SessionLimitException>(() => session.AppendAsync([User(new string('x', 2000))]).AsTask());
        Assert.Equal(nameof(SessionOptions.MaximumMessageBytes), large.Limit);
        var many = await Assert.ThrowsAsync<SessionLimitException>(() => session.AppendAsync([User("a"), User("b"), User("c")]).AsTask());
        Assert.Equal((nameof(SessionOptions.MaximumMessages), 2), (many.Limit, many.Maximum));
        var state = await Assert.ThrowsAsync<SessionLimitException>(() => session.SetStateAsync("key", new string('x', 40), TestJson.Default.String).AsTask());
        Assert.Equal(nameof(SessionOptions.MaximumStateBytes), state.Limit);

        Assert.Equal(1, session.Version);
        Assert.Equal(1, (await sessions.Another().OpenAsync(new SessionKey("chat"))).Version);
        await session.SetStateAsync("key", new string('x', 20), TestJson.Default.String);
        await session.SetStateAsync("key", new string('y', 20), TestJson.Default.String);
    }

    [Fact]
    public async Task AppendAsync_ContentThatIsNoJson_SaysWhatToChange()
    {
        await using var sessions = new TestSessions();
        var session = await sessions.Store.CreateAsync("chat");
        var message = new ChatMessage(ChatRole.Tool, [new FunctionResultContent("c", new Func<int>(static () => 1))]);

        var error = await Assert.ThrowsAsync<SessionContentException>(() => session.AppendAsync([message]).AsTask());

        Assert.Contains("results of tools", error.Message, StringComparison.Ordinal);
        Assert.Equal(1, session.Version);
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public async Task AppendAsync_NumberThatJsonDoesNotHave_IsSaidInWordsOfTheSession(double number)
    {
        await using var sessions = new TestSessions();
        var session = await sessions.Store.CreateAsync("chat");

        var error = await Assert.ThrowsAsync<SessionContentException>(() => session.AppendAsync([new ChatMessage(ChatRole.Tool, [new FunctionResultContent("c", number)])]).AsTask());

        Assert.Contains("A message of the tool cannot be written as JSON: it has a number that is NaN or infinite", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("JsonNumberHandling", error.Message, StringComparison.Ordinal);
        Assert.Equal(1, session.Version);
    }

    [Fact]
    public async Task AppendAsync_ResultDeeperThanTheDefaults_IsReadBack()
    {
        await using var sessions = new TestSessions();
        var session = await sessions.Store.CreateAsync("chat");
        var deep = JsonDocument.Parse(new string('[', 64) + new string(']', 64)).RootElement;

        await session.AppendAsync([new ChatMessage(ChatRole.Tool, [new FunctionResultContent("c", deep)])]);

        var read = (await sessions.Another().OpenAsync(new SessionKey("chat"))).History.Messages[0].Message;
        Assert.Equal(deep.GetRawText(), ((JsonElement)((FunctionResultContent)read.Contents[0]).Result!).GetRawText());
    }

    [Fact]
    public async Task AppendAsync_MessageChangedBehindItsBack_KeepsWhatWasAppended()
    {
        await using var sessions = new TestSessions();
        var session = await sessions.Store.CreateAsync("chat");
        var message = User("before");
        await session.AppendAsync([message]);

        message.Contents[0] = new TextContent("after");

        Assert.Equal(["before"], Texts(session.History));
    }

    [Fact]
    public async Task AppendAsync_Nothing_IsRefused()
    {
        await using var sessions = new TestSessions();
        var session = await sessions.Store.CreateAsync("chat");

        await Assert.ThrowsAsync<ArgumentException>(() => session.AppendAsync(new SessionChanges()).AsTask());
        await Assert.ThrowsAsync<ArgumentException>(() => session.AppendAsync(new SessionChanges().InTurn(new SessionTurn(2))).AsTask());
    }

    [Fact]
    public async Task AppendAsync_IsOneWriteAndNoRead()
    {
        await using var sessions = new TestSessions();
        var session = await sessions.Store.CreateAsync("chat");
        sessions.Engine.Arm(0, Fault.None);

        var turn = await session.StartTurnAsync([User("a")]);
        await session.EndTurnAsync(turn, [Assistant("b")], new TurnEnd(TurnOutcome.Completed));

        Assert.Equal(["AppendAsync", "AppendAsync"], sessions.Engine.Trace);
    }

    [Fact]
    public async Task Cached_ValuesBesideTheSession_GoWithTimeAndSession()
    {
        await using var sessions = new TestSessions();
        var session = await sessions.Store.CreateAsync("chat");
        await session.SetCachedAsync("k", "v"u8.ToArray(), TimeSpan.FromMinutes(1));
        Assert.Equal("v"u8.ToArray(), (await session.GetCachedAsync("k"))!.Value.ToArray());
        Assert.Null(await (await session.ForkAsync()).GetCachedAsync("k"));

        sessions.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Null(await session.GetCachedAsync("k"));
        await sessions.Store.EraseAsync(new SessionKey("chat"));
        await Assert.ThrowsAsync<SessionNotFoundException>(() => session.SetCachedAsync("k", "secret"u8.ToArray(), TimeSpan.FromMinutes(1)).AsTask());
        Assert.DoesNotContain("secret", await EngineDump.ReadAsync(sessions.Memory), StringComparison.Ordinal);
        await Assert.ThrowsAsync<ArgumentException>(() => session.GetCachedAsync(new string('k', 257)).AsTask());
    }
}
