using Microsoft.Extensions.AI;
using Sira.Pipeline;
using Sira.Requests;
using Sira.Session.Chat;
using Sira.Session.Errors;
using Sira.Session.Turns;
using Sira.Simulation.Time;
using Sira.Storage.Engines.Memory;
using Sira.Testing;

namespace Sira.Session.Tests.Chat;

public sealed class SessionChatClientTests : IAsyncDisposable
{
    private static readonly SessionKey Key = new("chat 1");

    private readonly VirtualTimeProvider time = new();
    private readonly MemoryEngine engine;
    private readonly SessionStore sessions;
    private readonly ScriptedChatClient model = new();

    public SessionChatClientTests()
    {
        engine = new MemoryEngine(time: time);
        sessions = new SessionStore(engine, time: time);
    }

    private IChatClient Client => new SiraPipelineBuilder(model).UseSessions(sessions).Build();

    public async ValueTask DisposeAsync()
    {
        await sessions.DisposeAsync();
        await engine.DisposeAsync();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task SecondTurn_HasTheFirst_AndTheInnerClientNoId(bool streaming)
    {
        model.Reply("It is Ada.").Reply("You said Ada.");

        await AskAsync("My name is Ada.", streaming);
        var answer = await AskAsync("What is my name?", streaming, new ChatMessage(ChatRole.System, "Be brief."));

        Assert.Equal("You said Ada.", answer.Text);
        Assert.Equal(Key.Id, answer.ConversationId);
        Assert.Equal(["system: Be brief.", "user: My name is Ada.", "assistant: It is Ada.", "user: What is my name?"], model.Calls[1].Messages.Select(static message => $"{message.Role}: {message.Text}"));
        Assert.All(model.Calls, static call => Assert.Null(call.Options!.ConversationId));
        Assert.Equal("chat 1", RequestContext.Find(model.Calls[0].Options)!.AffinityKey);
        Assert.Equal(3, answer.GetSessionContext()!.Blocks.Count);
        var session = await sessions.OpenAsync(Key, TestContext.Current.CancellationToken);
        Assert.Equal(["My name is Ada.", "It is Ada.", "What is my name?", "You said Ada."], session.History.Messages.Select(static message => message.Message.Text));
        Assert.Null(session.OpenTurn);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task WithoutAnId_NothingIsKept_AndTheSameOptionsGoThrough(bool streaming)
    {
        model.Reply("Hello.");
        var options = new ChatOptions { Temperature = 0.5f };

        _ = streaming ? await Client.GetStreamingResponseAsync("Hi", options).ToChatResponseAsync() : await Client.GetResponseAsync("Hi", options);

        Assert.Same(options, Assert.Single(model.Calls).Options);
        Assert.Empty(await engine.ListPartitionsAsync().ToListAsync(TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task AmbientSession_IsThatOfCallsWithoutAnId(bool streaming)
    {
        model.Reply("one").Reply("two").Reply("three");

        using (AmbientSession.Begin(Key))
        {
            await AskAsync("a", streaming, id: null);
            await AskAsync("b", streaming, id: null);
        }

        await AskAsync("c", streaming, id: null);

        Assert.Equal([1, 3, 1], model.Calls.Select(static call => call.Messages.Count));
    }

    [Fact]
    public async Task Failure_LeavesWhatTheUserSaid_AndAnEndedTurn()
    {
        model.Throw(new InvalidOperationException("no")).Reply("Now it works.");

        await Assert.ThrowsAsync<InvalidOperationException>(() => AskAsync("First?", streaming: false));
        await AskAsync("Again?", streaming: false);

        var session = await sessions.OpenAsync(Key, TestContext.Current.CancellationToken);
        Assert.Equal(["First?", "Again?", "Now it works."], session.History.Messages.Select(static message => message.Message.Text));
        Assert.Contains(await session.ReadEventsAsync().ToListAsync(TestContext.Current.CancellationToken), static item => item is Sira.Session.Events.TurnEnded { End.Outcome: TurnOutcome.Failed });
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Stream_ThatBreaksOff_IsKeptAsFarAsItCame_WithoutOrphanedCalls(bool byFailure)
    {
        model.Stream(_ => Broken(byFailure));

        var read = new List<string>();
        var failed = await Record.ExceptionAsync(async () =>
        {
            await foreach (var update in Client.GetStreamingResponseAsync("Tell me.", new ChatOptions { ConversationId = Key.Id }))
            {
                read.Add(update.Text);
                if (!byFailure && read.Count == 2)
                {
                    break;
                }
            }
        });

        Assert.Equal(byFailure, failed is IOException);
        var session = await sessions.OpenAsync(Key, TestContext.Current.CancellationToken);
        var partial = session.History.Messages[^1];
        Assert.Equal(("Once upon ", true), (partial.Message.Text, partial.Header.IsPartial));
        Assert.DoesNotContain(partial.Message.Contents, static content => content is FunctionCallContent);
        Assert.Null(session.OpenTurn);
        var end = Assert.Single((await session.ReadEventsAsync().ToListAsync(TestContext.Current.CancellationToken)).OfType<Sira.Session.Events.TurnEnded>());
        Assert.Equal(byFailure ? TurnOutcome.Failed : TurnOutcome.Cancelled, end.End.Outcome);
    }

    [Fact]
    public async Task ToolCalls_OfTheCaller_ComeBackWithTheirResults()
    {
        model.Reply(new FunctionCallContent("c1", "weather", new Dictionary<string, object?> { ["city"] = "Bern" })).Reply("It rains.");

        await AskAsync("Weather in Bern?", streaming: false);
        var answer = await Client.GetResponseAsync([new ChatMessage(ChatRole.Tool, [new FunctionResultContent("c1", "rain")])], new ChatOptions { ConversationId = Key.Id });

        Assert.Equal("It rains.", answer.Text);
        Assert.Equal([ChatRole.User, ChatRole.Assistant, ChatRole.Tool], model.Calls[1].Messages.Select(static message => message.Role));
    }

    [Fact]
    public async Task Tenants_OfOneId_HaveTheirOwnHistories()
    {
        model.Reply("a").Reply("b");

        await AskAsync("secret of one", streaming: false, tenant: "one");
        await AskAsync("hello", streaming: false, tenant: "two");

        Assert.Equal("hello", Assert.Single(model.Calls[1].Messages).Text);
    }

    [Fact]
    public async Task TwoTurnsAtOnce_BothAreKept()
    {
        var gate = new TaskCompletionSource();
        model.Reply(async _ =>
        {
            await gate.Task;
            return new ChatResponse(new ChatMessage(ChatRole.Assistant, "slow"));
        }).Reply("fast");

        var slow = AskAsync("one", streaming: false);
        await AskAsync("two", streaming: false);
        gate.SetResult();
        await slow;

        var session = await sessions.OpenAsync(Key, TestContext.Current.CancellationToken);
        Assert.Equal(["one", "two", "fast", "slow"], session.History.Messages.Select(static message => message.Message.Text));
        Assert.Equal(session.History.Messages[0].Header.Turn, session.History.Messages[3].Header.Turn);
    }

    [Fact]
    public async Task AnswerThatCannotBeKept_IsNotLost()
    {
        model.Reply(_ =>
        {
            engine.DisposeAsync().AsTask().GetAwaiter().GetResult();
            return new ChatResponse(new ChatMessage(ChatRole.Assistant, "expensive"));
        });

        var failed = await Assert.ThrowsAsync<TurnNotKeptException>(() => AskAsync("one", streaming: false));

        Assert.Equal("expensive", failed.Response.Text);
        Assert.Contains("is not in the session 'chat 1'", failed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task MessagesThatDoNotFit_AreRefused_BeforeTheyAreKept()
    {
        var client = new SiraPipelineBuilder(model).UseSessions(sessions, static options => (options.ContextTokens, options.ReservedOutputTokens) = (200, 50)).Build();

        await Assert.ThrowsAsync<Sira.Session.Context.SessionContextException>(() => client.GetResponseAsync(new string('x', 5000), new ChatOptions { ConversationId = Key.Id }));

        Assert.Empty(model.Calls);
        Assert.Empty((await sessions.OpenAsync(Key, TestContext.Current.CancellationToken)).History.Messages);
    }

    private static async IAsyncEnumerable<ChatResponseUpdate> Broken(bool byFailure)
    {
        yield return new ChatResponseUpdate(ChatRole.Assistant, "Once ") { MessageId = "m" };
        yield return new ChatResponseUpdate(ChatRole.Assistant, "upon ") { MessageId = "m" };
        if (byFailure)
        {
            yield return new ChatResponseUpdate(ChatRole.Assistant, [new FunctionCallContent("c1", "weather")]) { MessageId = "m" };
            await Task.Yield();
            throw new IOException("The connection was lost.");
        }

        yield return new ChatResponseUpdate(ChatRole.Assistant, "a time.") { MessageId = "m" };
    }

    private async Task<ChatResponse> AskAsync(string text, bool streaming, ChatMessage? system = null, string? id = "chat 1", string? tenant = null)
    {
        var options = new SiraChatOptions { ConversationId = id, Request = tenant is null ? null : new RequestContext(0) { Tenant = tenant } };
        ChatMessage[] messages = system is null ? [new(ChatRole.User, text)] : [system, new(ChatRole.User, text)];
        return streaming ? await Client.GetStreamingResponseAsync(messages, options).ToChatResponseAsync() : await Client.GetResponseAsync(messages, options);
    }
}
