using Microsoft.Extensions.AI;
using Sira.Testing;
using static Sira.Tools.Tests.Plan;

#pragma warning disable MEAI001 // RequiresConfirmation

namespace Sira.Tools.Tests.Approvals;

public sealed class ApprovalTests
{
    private readonly List<string> runs = [];

    private AIFunction Safe => Tool("safe");

    private AIFunction Risky => new ApprovalRequiredAIFunction(Tool("risky"));

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Ask_CallNeedsApproval_IsReplacedByARequestAndTheLoopEnds(bool streaming)
    {
        using var script = new ScriptedChatClient().Reply(new TextContent("may I?"), Call("1", "risky", ("x", 1)));

        var response = await Client(script).AskAsync(streaming, "go", With(Risky));

        Assert.Equal(["assistant: may I? | ask sira_1 risky(x=1)"], Render(response.Messages));
        Assert.True(Assert.IsType<ToolApprovalRequestContent>(response.Messages[0].Contents[1]).RequiresConfirmation);
        Assert.Empty(runs);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Ask_OneCallOfARoundNeedsApproval_AllThatWouldRunWait(bool streaming)
    {
        using var script = new ScriptedChatClient().Reply(Call("1", "safe"), Call("2", "risky"), Call("3", "safe"));

        var response = await Client(script).AskAsync(streaming, "go", With(Safe, Risky));

        Assert.Equal(["assistant: ask sira_1 safe() | ask sira_2 risky() | ask sira_3 safe()"], Render(response.Messages));
        Assert.Equal([false, true, false], response.Messages[0].Contents.Cast<ToolApprovalRequestContent>().Select(request => request.RequiresConfirmation));
        Assert.Empty(runs);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Ask_ToolsThatNeedApprovalAreNotCalled_TheOthersRun(bool streaming)
    {
        using var script = new ScriptedChatClient().Reply(Call("1", "safe")).Reply("done");

        var response = await Client(script).AskAsync(streaming, "go", With(Safe, Risky));

        Assert.Equal(["assistant: call 1 safe()✓", "tool: result 1 safe!", "assistant: done"], Render(response.Messages));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Ask_RoundMixesApprovalErrorsAndDeclarations_EachGoesItsWay(bool streaming)
    {
        var unreadable = Call("4", "risky");
        unreadable.Exception = new FormatException("bad json");
        using var script = new ScriptedChatClient().Reply(Call("1", "risky"), Call("2", "nope"), Call("3", "add"), unreadable);

        var response = await Client(script).AskAsync(streaming, "go", With(Risky, Add.AsDeclarationOnly()));

        Assert.Equal(
            [
                "assistant: ask sira_1 risky() | call 2 nope()✓ | call 3 add() | call 4 risky()✓",
                "tool: result 2 Error: there is no tool 'nope'. The tools are: risky, add. | result 4 Error: the arguments of 'risky' could not be read: bad json",
            ],
            Render(response.Messages));
        Assert.Empty(runs);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Ask_Approved_RunsBeforeTheModelIsAskedAndReturnsCallAndResult(bool streaming)
    {
        using var script = new ScriptedChatClient()
            .Reply(new TextReasoningContent("hm") { ProtectedData = "sig" }, Call("1", "risky", ("x", 1)), Call("2", "safe"))
            .Reply(_ => new ChatResponse(new ChatMessage(ChatRole.Assistant, $"{runs.Count} ran")));
        var client = Client(script);
        var options = With(Safe, Risky);
        List<ChatMessage> history = [new(ChatRole.User, "go")];

        history.AddMessages(await client.AskAsync(streaming, history, options));
        history.Add(Answer(history, true));
        var response = await client.AskAsync(streaming, history, options);

        Assert.Equal(["risky", "safe"], runs);
        Assert.Equal(
            ["assistant: call 1 risky(x=1)✓ | call 2 safe()✓", "tool: result 1 risky! | result 2 safe!", "assistant: 2 ran"],
            Render(response.Messages));

        // The model sees the calls where it made them, with the reasoning before them.
        Assert.Equal(
            ["user: go", "assistant: think hm[sig] | call 1 risky(x=1)✓ | call 2 safe()✓", "tool: result 1 risky! | result 2 safe!"],
            Render(script.Calls[1].Messages));
        Assert.Equal("assistant: think hm[sig] | ask sira_1 risky(x=1) | ask sira_2 safe()", Render(history[1]));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Ask_LaterTurns_DoNotRunTheApprovedCallAgain(bool streaming)
    {
        using var script = new ScriptedChatClient().Reply(Call("1", "risky")).Reply("done").Reply("still done").Reply(Call("1", "risky")).Reply("again");
        var client = Client(script);
        var options = With(Risky);
        List<ChatMessage> history = [new(ChatRole.User, "go")];

        history.AddMessages(await client.AskAsync(streaming, history, options));
        history.Add(Answer(history, true));
        history.AddMessages(await client.AskAsync(streaming, history, options));
        history.Add(new ChatMessage(ChatRole.User, "and now?"));
        history.AddMessages(await client.AskAsync(streaming, history, options));
        Assert.Equal(["risky"], runs);
        Assert.Equal(
            ["user: go", "assistant: call 1 risky()✓", "tool: result 1 risky!", "assistant: done", "user: and now?"],
            Render(script.Calls[2].Messages));

        // The provider uses the same call id again; it is a new question all the same.
        history.Add(new ChatMessage(ChatRole.User, "once more"));
        history.AddMessages(await client.AskAsync(streaming, history, options));
        history.Add(Answer(history, true));
        await client.AskAsync(streaming, history, options);
        Assert.Equal(["risky", "risky"], runs);
    }

    [Theory]
    [InlineData(false, null, "Error: the user rejected this tool call.")]
    [InlineData(true, null, "Error: the user rejected this tool call.")]
    [InlineData(false, "too dear", "Error: the user rejected this tool call: too dear")]
    [InlineData(true, "too dear", "Error: the user rejected this tool call: too dear")]
    public async Task Ask_Rejected_IsNotRunAndTheModelIsTold(bool streaming, string? reason, string expected)
    {
        using var script = new ScriptedChatClient().Reply(Call("1", "risky")).Reply("fine");
        var client = Client(script);
        List<ChatMessage> history = [new(ChatRole.User, "go")];

        history.AddMessages(await client.AskAsync(streaming, history, With(Risky)));
        history.Add(Answer(history, false, reason));
        var response = await client.AskAsync(streaming, history, With(Risky));

        Assert.Empty(runs);
        Assert.Equal(["assistant: call 1 risky()✓", $"tool: result 1 {expected}", "assistant: fine"], Render(response.Messages));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Ask_SomeApprovedSomeRejected_ResultsKeepTheModelsOrder(bool streaming)
    {
        using var script = new ScriptedChatClient().Reply(Call("1", "risky"), Call("2", "safe"), Call("3", "risky")).Reply("fine");
        var client = Client(script);
        var options = With(Safe, Risky);
        List<ChatMessage> history = [new(ChatRole.User, "go")];

        history.AddMessages(await client.AskAsync(streaming, history, options));
        var requests = Requests(history);
        history.Add(new ChatMessage(ChatRole.User, [requests[2].CreateResponse(true), requests[0].CreateResponse(false), requests[1].CreateResponse(true), new TextContent("be quick")]));
        var response = await client.AskAsync(streaming, history, options);

        const string Results = "tool: result 1 Error: the user rejected this tool call. | result 2 safe! | result 3 risky!";
        Assert.Equal(Results, Render(response.Messages[1]));
        Assert.Equal(
            ["user: go", "assistant: call 1 risky()✓ | call 2 safe()✓ | call 3 risky()✓", Results, "user: be quick"],
            Render(script.Calls[1].Messages));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Ask_OnlyTheResponseIsSent_MakesTheCallAgain(bool streaming)
    {
        using var script = new ScriptedChatClient().Reply("done");
        var response = new ToolApprovalResponseContent("r", true, Call("1", "risky"));

        await Client(script).AskAsync(streaming, [new(ChatRole.User, "go"), new(ChatRole.User, [response])], With(Risky));

        Assert.Equal(["user: go", "assistant: call 1 risky()✓", "tool: result 1 risky!"], Render(script.Calls[0].Messages));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Ask_ProviderKeepsTheHistory_OnlyResultsAreSent(bool streaming)
    {
        using var script = new ScriptedChatClient()
            .Reply(new ChatResponse(new ChatMessage(ChatRole.Assistant, [Call("1", "risky")])) { ConversationId = "c1" })
            .Reply(new ChatResponse(new ChatMessage(ChatRole.Assistant, "done")) { ConversationId = "c2" });
        var client = Client(script);
        var first = await client.AskAsync(streaming, "go", With(Risky));
        var options = With(Risky);
        options.ConversationId = first.ConversationId;

        var response = await client.AskAsync(streaming, [Answer(first.Messages, true)], options);

        Assert.Equal("c1", script.Calls[1].Options!.ConversationId);
        Assert.Equal(["tool: result 1 risky!"], Render(script.Calls[1].Messages));
        Assert.Equal(["assistant: call 1 risky()✓", "tool: result 1 risky!", "assistant: done"], Render(response.Messages));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Ask_RequiredToolModeWithApproval_DoesNotDemandTheCallAgain(bool streaming)
    {
        using var script = new ScriptedChatClient().Reply(Call("1", "risky")).Reply("done");
        var client = Client(script);
        var options = With(Risky);
        options.ToolMode = ChatToolMode.RequireAny;
        List<ChatMessage> history = [new(ChatRole.User, "go")];

        history.AddMessages(await client.AskAsync(streaming, history, options));
        history.Add(Answer(history, true));
        await client.AskAsync(streaming, history, options);

        Assert.Equal([ChatToolMode.RequireAny, ChatToolMode.Auto], script.Calls.Select(call => call.Options!.ToolMode));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Ask_RequestWithoutResponse_FailsAndNamesIt(bool streaming)
    {
        using var script = new ScriptedChatClient().Reply(Call("1", "risky"));
        var client = Client(script);
        List<ChatMessage> history = [new(ChatRole.User, "go")];
        history.AddMessages(await client.AskAsync(streaming, history, With(Risky)));
        history.Add(new ChatMessage(ChatRole.User, "well?"));

        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => client.AskAsync(streaming, history, With(Risky)));

        Assert.Contains("'sira_1'", error.Message, StringComparison.Ordinal);
        Assert.Single(script.Calls);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Ask_ResponseForAnotherCall_Fails(bool streaming)
    {
        using var script = new ScriptedChatClient();
        var request = new ToolApprovalRequestContent("r", Call("1", "safe"));
        var response = new ToolApprovalResponseContent("r", true, Call("1", "risky"));

        await Assert.ThrowsAsync<InvalidOperationException>(() =>
            Client(script).AskAsync(streaming, [new(ChatRole.Assistant, [request]), new(ChatRole.User, [response])], With(Safe, Risky)));

        Assert.Empty(runs);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Ask_SameResponseTwice_RunsOnceAndTheLastCounts(bool streaming)
    {
        using var script = new ScriptedChatClient().Reply("done");
        var request = new ToolApprovalRequestContent("r", Call("1", "risky"));

        var response = await Client(script).AskAsync(
            streaming,
            [new(ChatRole.Assistant, [request]), new(ChatRole.User, [request.CreateResponse(false), request.CreateResponse(true), request.CreateResponse(true)])],
            With(Risky));

        Assert.Equal(["risky"], runs);
        Assert.Equal("tool: result 1 risky!", Render(response.Messages[1]));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Ask_SameCallIdTwiceInARound_RequestsStayApart(bool streaming)
    {
        using var script = new ScriptedChatClient().Reply(Call("", "risky", ("n", 1)), Call("", "risky", ("n", 2)));

        var response = await Client(script).AskAsync(streaming, "go", With(Risky));

        Assert.Equal(["assistant: ask sira_ risky(n=1) | ask sira__2 risky(n=2)"], Render(response.Messages));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Ask_ApprovedToolIsGone_TellsTheModel(bool streaming)
    {
        using var script = new ScriptedChatClient().Reply("sorry");
        var response = new ToolApprovalResponseContent("r", true, Call("1", "risky"));

        var answer = await Client(script).AskAsync(streaming, [new(ChatRole.User, [response])], With(Safe));

        Assert.Equal("tool: result 1 Error: there is no tool 'risky'. The tools are: safe.", Render(answer.Messages[1]));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Ask_RejectedWithoutAnyTools_IsStillAnswered(bool streaming)
    {
        using var script = new ScriptedChatClient().Reply("fine");
        var response = new ToolApprovalResponseContent("r", false, Call("1", "risky"));

        await Client(script).AskAsync(streaming, [new(ChatRole.User, [response])]);

        Assert.Equal(["assistant: call 1 risky()✓", "tool: result 1 Error: the user rejected this tool call."], Render(script.Calls[0].Messages));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Ask_ApprovalOfAProvidersTool_IsPassedOn(bool streaming)
    {
        using var script = new ScriptedChatClient().Reply("done");
        var request = new ToolApprovalRequestContent("r", new McpServerToolCallContent("1", "search", "server"));

        await Client(script).AskAsync(streaming, [new(ChatRole.Assistant, [request]), new(ChatRole.User, [request.CreateResponse(true)])], With(Safe));

        Assert.Same(request, script.Calls[0].Messages[0].Contents[0]);
        Assert.IsType<ToolApprovalResponseContent>(script.Calls[0].Messages[1].Contents[0]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Ask_CallerAnsweredTheRequestWithAResult_TheCallTakesItsPlace(bool streaming)
    {
        using var script = new ScriptedChatClient().Reply("done");
        var request = new ToolApprovalRequestContent("r", Call("1", "risky"));

        await Client(script).AskAsync(streaming, [new(ChatRole.Assistant, [request]), new(ChatRole.Tool, [new FunctionResultContent("1", "mine")])], With(Risky));

        Assert.Equal(["assistant: call 1 risky()✓", "tool: result 1 mine"], Render(script.Calls[0].Messages));
        Assert.Empty(runs);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Ask_ApprovedThenMoreRounds_GoesOn(bool streaming)
    {
        using var script = new ScriptedChatClient().Reply(Call("2", "safe")).Reply("done");
        var response = new ToolApprovalResponseContent("r", true, Call("1", "risky"));

        var answer = await Client(script).AskAsync(streaming, [new(ChatRole.User, [response])], With(Safe, Risky));

        Assert.Equal(["risky", "safe"], runs);
        Assert.Equal(
            ["assistant: call 1 risky()✓", "tool: result 1 risky!", "assistant: call 2 safe()✓", "tool: result 2 safe!", "assistant: done"],
            Render(answer.Messages));
    }

    private static List<ToolApprovalRequestContent> Requests(IEnumerable<ChatMessage> messages) =>
        [.. messages.Last(message => message.Role == ChatRole.Assistant).Contents.OfType<ToolApprovalRequestContent>()];

    private static ChatMessage Answer(IEnumerable<ChatMessage> messages, bool approved, string? reason = null) =>
        new(ChatRole.User, [.. Requests(messages).Select(request => request.CreateResponse(approved, reason))]);

    private AIFunction Tool(string name) => AIFunctionFactory.Create(
        () =>
        {
            runs.Add(name);
            return name + "!";
        },
        name);
}
