using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging.Abstractions;
using Sira.Pipeline;
using Sira.Requests;
using Sira.Session.Chat;
using Sira.Session.Errors;
using Sira.Session.Events;
using Sira.Session.Turns;
using Sira.Session.Upkeep;
using Sira.Storage.Engines.Memory;
using Sira.Storage.Engines.Sqlite;
using Sira.Testing;
using Sira.Tools;

namespace Sira.Session.Tests.Chat;

/// <summary>Turns with tools, with readers who leave, beside rewinds, archives and each other.</summary>
public sealed class SessionTurnTests : IAsyncDisposable
{
    private static readonly SessionKey Key = new("chat 1");
    private static readonly ChatOptions InSession = new() { ConversationId = Key.Id };

    private readonly MemoryEngine engine = new();
    private readonly SessionStore sessions;
    private readonly ScriptedChatClient model = new();

    public SessionTurnTests() => sessions = new SessionStore(engine);

    private IChatClient Client => new SiraPipelineBuilder(model).UseSessions(sessions).Build();

    public async ValueTask DisposeAsync()
    {
        await sessions.DisposeAsync();
        await engine.DisposeAsync();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task ToolLoop_SendsTheWholeConversationAtEachStep(bool streaming)
    {
        model.Reply("Hello.").Reply(new FunctionCallContent("c1", "weather", new Dictionary<string, object?>())).Reply("It rains.");
        var client = new SiraPipelineBuilder(model).UseSessions(sessions).UseTools().Build();
        await client.GetResponseAsync("Hi.", InSession);

        var options = new ChatOptions { ConversationId = Key.Id, Tools = [AIFunctionFactory.Create(() => "rain", "weather")] };
        var answer = streaming ? await client.GetStreamingResponseAsync("Weather?", options).ToChatResponseAsync() : await client.GetResponseAsync("Weather?", options);

        Assert.EndsWith("It rains.", answer.Text, StringComparison.Ordinal);
        Assert.Equal([ChatRole.User, ChatRole.Assistant, ChatRole.User, ChatRole.Assistant, ChatRole.Tool], model.Calls[2].Messages.Select(static message => message.Role));
        Assert.Null(model.Calls[2].Options!.ConversationId);
        var session = await sessions.OpenAsync(Key, TestContext.Current.CancellationToken);
        Assert.Equal(6, session.History.Messages.Count);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task FailureAfterAToolHasRun_KeepsWhatItDid(bool streaming)
    {
        var runs = 0;
        model.Reply(new FunctionCallContent("c1", "send", new Dictionary<string, object?>())).Reply(static ChatResponse (_) => throw new IOException("The connection was lost."));
        var client = new SiraPipelineBuilder(model).UseSessions(sessions).UseTools().Build();
        var options = new ChatOptions { ConversationId = Key.Id, Tools = [AIFunctionFactory.Create(() => $"sent {++runs}", "send")] };

        await Assert.ThrowsAsync<IOException>(async () => _ = streaming ? await client.GetStreamingResponseAsync("Send it.", options).ToChatResponseAsync() : await client.GetResponseAsync("Send it.", options));

        var session = await sessions.OpenAsync(Key, TestContext.Current.CancellationToken);
        Assert.Equal([ChatRole.User, ChatRole.Assistant, ChatRole.Tool], session.History.Messages.Select(static message => message.Message.Role));
        Assert.Contains("sent 1", Assert.IsType<FunctionResultContent>(session.History.Messages[2].Message.Contents[0]).Result!.ToString(), StringComparison.Ordinal);
        Assert.Equal(TurnOutcome.Failed, Assert.Single((await session.ReadEventsAsync().ToListAsync(TestContext.Current.CancellationToken)).OfType<TurnEnded>()).End.Outcome);
    }

    [Fact]
    public async Task SessionOfAUser_IsNotFoundByACallThatNamesNone()
    {
        model.Reply("Noted.").Reply("Noted.");
        await Client.GetResponseAsync("My pin is 4711.", new SiraChatOptions { ConversationId = Key.Id, Request = new RequestContext(0) { User = "ann" } });

        var failed = await Assert.ThrowsAsync<SessionNotFoundException>(() => Client.GetResponseAsync("What is the pin?", InSession));

        Assert.Contains("names no user", failed.Message, StringComparison.Ordinal);
        Assert.Single(model.Calls);
    }

    [Fact]
    public async Task ArchivedWhileItIsAnswered_IsResumedForTheAnswer()
    {
        model.Reply(async _ =>
        {
            await (await sessions.OpenAsync(Key)).ArchiveAsync();
            return new ChatResponse(new ChatMessage(ChatRole.Assistant, "answer"));
        });

        await Client.GetResponseAsync("question", InSession);

        var session = await sessions.OpenAsync(Key, TestContext.Current.CancellationToken);
        Assert.Equal(["question", "answer"], session.History.Messages.Select(static message => message.Message.Text));
    }

    [Fact]
    public async Task ReaderWhoStopsAtTheFinishReason_HasReadTheWholeAnswer()
    {
        model.Reply("It is done.");

        await foreach (var update in Client.GetStreamingResponseAsync("Do it.", InSession))
        {
            if (update.FinishReason is not null)
            {
                break;
            }
        }

        var session = await sessions.OpenAsync(Key, TestContext.Current.CancellationToken);
        Assert.Equal(("It is done.", false), (session.History.Messages[^1].Message.Text, session.History.Messages[^1].Header.IsPartial));
        var end = Assert.Single((await session.ReadEventsAsync().ToListAsync(TestContext.Current.CancellationToken)).OfType<TurnEnded>()).End;
        Assert.Equal((TurnOutcome.Completed, ChatFinishReason.Stop), (end.Outcome, end.FinishReason));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task RewindDuringATurn_KeepsNoAnswerWithoutItsQuestion(bool streaming)
    {
        model.Reply("one").Reply(async _ =>
        {
            var other = await sessions.OpenAsync(Key);
            await other.RewindAsync(other.History.Messages[1].Header.Version);
            return new ChatResponse(new ChatMessage(ChatRole.Assistant, "two"));
        });
        await Client.GetResponseAsync("first", InSession);

        var failed = await Assert.ThrowsAsync<TurnNotKeptException>(async () => _ = streaming ? await Client.GetStreamingResponseAsync("second", InSession).ToChatResponseAsync() : await Client.GetResponseAsync("second", InSession));

        Assert.Contains("was rewound to before this turn", failed.Message, StringComparison.Ordinal);
        Assert.Equal("two", failed.Response.Text);
        var session = await sessions.OpenAsync(Key, TestContext.Current.CancellationToken);
        Assert.Equal(["first", "one"], session.History.Messages.Select(static message => message.Message.Text));
    }

    [Fact]
    public async Task ManyTurnsAtOnce_OfAnArchivedSession_AreAllKept()
    {
        const int Turns = 30;
        for (var i = 0; i < Turns; i++)
        {
            model.Reply(async _ =>
            {
                await Task.Yield();
                return new ChatResponse(new ChatMessage(ChatRole.Assistant, "answer"));
            });
        }

        var folder = Directory.CreateTempSubdirectory("sira-turns");
        await using var sqlite = new SqliteEngine(new SqliteEngineOptions { Path = Path.Combine(folder.FullName, "sessions.db") });
        await using var store = new SessionStore(sqlite);
        var session = await store.OpenOrCreateAsync(Key, new NewSession(), TestContext.Current.CancellationToken);
        await session.ArchiveAsync(TestContext.Current.CancellationToken);
        var client = new SiraPipelineBuilder(model).UseSessions(store, static options => options.ConflictAttempts = 100).Build();

        await Task.WhenAll(Enumerable.Range(0, Turns).Select(number => Task.Run(() => client.GetResponseAsync($"question {number}", InSession))));

        await session.RefreshAsync(TestContext.Current.CancellationToken);
        Assert.Equal(Turns * 2, session.History.Messages.Count);
        Assert.Equal(Turns, session.History.Messages.GroupBy(static message => message.Header.Turn).Count(static turn => turn.Count() == 2));
        await sqlite.DisposeAsync();
        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task ForkToItsOwnId_IsRefusedAsTaken()
    {
        var session = await sessions.OpenOrCreateAsync(Key, new NewSession(), TestContext.Current.CancellationToken);

        await Assert.ThrowsAsync<SessionExistsException>(async () => await session.ForkAsync(id: Key.Id));
    }

    [Fact]
    public async Task BackgroundWork_IsNotInTheSessionOfTheCallThatMadeIt()
    {
        SessionKey? seen = Key;
        BackgroundWork work;
        using (AmbientSession.Begin(Key))
        {
            work = new BackgroundWork(new SessionLog(NullLogger.Instance));
            work.Add("look", async _ =>
            {
                await Task.Yield();
                seen = AmbientSession.Current;
            });
        }

        await work.DisposeAsync();
        Assert.Null(seen);
    }
}
