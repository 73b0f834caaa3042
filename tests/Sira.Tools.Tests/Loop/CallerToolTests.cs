using Microsoft.Extensions.AI;
using Sira.Testing;
using static Sira.Tools.Tests.Plan;

namespace Sira.Tools.Tests.Loop;

public sealed class CallerToolTests
{
    private static readonly AIFunctionDeclaration Declared = Add.AsDeclarationOnly();

    [Theory]
    [InlineData(false, "nope", "Error: there is no tool 'nope'. The tools are: add, a.")]
    [InlineData(true, "nope", "Error: there is no tool 'nope'. The tools are: add, a.")]
    [InlineData(false, "", "Error: the call names no tool. The tools are: add, a.")]
    [InlineData(true, "", "Error: the call names no tool. The tools are: add, a.")]
    [InlineData(false, "ADD", "Error: there is no tool 'ADD'. The tools are: add, a.")]
    [InlineData(true, "ADD", "Error: there is no tool 'ADD'. The tools are: add, a.")]
    public async Task Ask_UnknownTool_TellsTheModelWhichThereAre(bool streaming, string name, string expected)
    {
        using var script = new ScriptedChatClient().Reply(Call("1", name)).Reply("done");

        var response = await Client(script).AskAsync(streaming, "go", With(Add, Echo("a")));

        Assert.Equal([$"assistant: call 1 {name}()✓", $"tool: result 1 {expected}", "assistant: done"], Render(response.Messages));
        Assert.NotNull(Assert.IsType<FunctionResultContent>(response.Messages[1].Contents[0]).Exception);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Ask_UnknownToolLeftToCaller_IsUntouchedAndTheKnownAreRun(bool streaming)
    {
        var unknown = Call("2", "outer");
        using var script = new ScriptedChatClient().Reply(Call("1", "a"), unknown);

        var response = await Client(script, o => o.UnknownTools = UnknownToolBehavior.LeaveToCaller).AskAsync(streaming, "go", With(Echo("a")));

        Assert.Equal(["assistant: call 1 a()✓ | call 2 outer()", "tool: result 1 a!"], Render(response.Messages));
        Assert.Same(unknown, response.Messages[0].Contents[1]);
        Assert.Equal(ChatFinishReason.ToolCalls, response.FinishReason);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Ask_DeclaredTool_EndsTheLoopWithTheCall(bool streaming)
    {
        using var script = new ScriptedChatClient().Reply(Call("1", "add", ("a", 1), ("b", 2)));

        var response = await Client(script).AskAsync(streaming, "go", With(Declared));

        Assert.Equal(["assistant: call 1 add(a=1, b=2)"], Render(response.Messages));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Ask_OuterLoop_RunsWhatTheInnerLeaves(bool streaming)
    {
        using var script = new ScriptedChatClient().Reply(Call("1", "a"), Call("2", "b")).Reply("done");
        var runs = new List<string>();
        AIFunction Tool(string name) => AIFunctionFactory.Create(() => { runs.Add(name); return name + "!"; }, name);
        var inner = Client(script, o => (o.UnknownTools, o.OfferTools) = (UnknownToolBehavior.LeaveToCaller, true));
        var outer = new FunctionCallingChatClient(inner, new ToolLoopOptions { Tools = { Tool("b") }, OfferTools = false });

        var response = await outer.AskAsync(streaming, "go", With(Tool("a")));

        Assert.Equal(["a", "b"], runs);
        // A stream puts results that follow each other into one message.
        string[] results = streaming ? ["tool: result 1 a! | result 2 b!"] : ["tool: result 1 a!", "tool: result 2 b!"];
        Assert.Equal(["assistant: call 1 a()✓ | call 2 b()✓", .. results, "assistant: done"], Render(response.Messages));
        Assert.Equal(["user: go", "assistant: call 1 a()✓ | call 2 b()✓", "tool: result 1 a!", "tool: result 2 b!"], Render(script.Calls[1].Messages));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Ask_TwoLoops_RunEachCallOnce(bool streaming)
    {
        using var script = new ScriptedChatClient().Reply(Call("1", "a")).Reply("done");
        var runs = 0;
        var tool = AIFunctionFactory.Create(() => ++runs, "a");

        var response = await new FunctionCallingChatClient(Client(script)).AskAsync(streaming, "go", With(tool));

        Assert.Equal(1, runs);
        Assert.Equal(["assistant: call 1 a()✓", "tool: result 1 1", "assistant: done"], Render(response.Messages));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Ask_CallThatTheInnerClientRan_IsNotRunAgain(bool streaming)
    {
        using var script = new ScriptedChatClient().Reply(new ChatResponse(
        [
            new ChatMessage(ChatRole.Assistant, [Call("1", "a")]),
            new ChatMessage(ChatRole.Tool, [new FunctionResultContent("1", "inner")]),
            new ChatMessage(ChatRole.Assistant, "done"),
        ]));

        var response = await Client(script).AskAsync(streaming, "go", With(Echo("a")));

        Assert.Equal(["assistant: call 1 a()✓", "tool: result 1 inner", "assistant: done"], Render(response.Messages));
    }

    [Fact]
    public async Task GetResponse_InnerClientRanAToolThatNeedsApproval_NobodyIsAsked()
    {
        using var script = new ScriptedChatClient().Reply(new ChatResponse(
        [
            new ChatMessage(ChatRole.Assistant, [Call("1", "risky")]),
            new ChatMessage(ChatRole.Tool, [new FunctionResultContent("1", "inner")]),
            new ChatMessage(ChatRole.Assistant, "done"),
        ]));

        var response = await Client(script).GetResponseAsync("go", With(new ApprovalRequiredAIFunction(Echo("risky"))));

        Assert.Equal(["assistant: call 1 risky()✓", "tool: result 1 inner", "assistant: done"], Render(response.Messages));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Ask_SameCallIdTwice_RunsAndAnswersBothInOrder(bool streaming)
    {
        using var script = new ScriptedChatClient().Reply(Call("add", "add", ("a", 1), ("b", 1)), Call("add", "add", ("a", 2), ("b", 2))).Reply("done");

        var response = await Client(script).AskAsync(streaming, "go", With(Add));

        Assert.Equal("tool: result add 2 | result add 4", Render(response.Messages[1]));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Ask_EmptyCallIdAndNoArguments_RunsAllTheSame(bool streaming)
    {
        using var script = new ScriptedChatClient().Reply(new FunctionCallContent(string.Empty, "a"), new FunctionCallContent(string.Empty, "b")).Reply("done");

        var response = await Client(script).AskAsync(streaming, "go", With(Echo("a"), Echo("b")));

        Assert.Equal("tool: result  a! | result  b!", Render(response.Messages[1]));
    }

    [Fact]
    public async Task GetResponse_ToolAsks_GetsServicesTheCallAndTheRequest()
    {
        using var script = new ScriptedChatClient().Reply(Call("1", "a")).Reply("done");
        var services = new Microsoft.Extensions.DependencyInjection.ServiceCollection();
        await using var provider = Microsoft.Extensions.DependencyInjection.ServiceCollectionContainerBuilderExtensions.BuildServiceProvider(services);
        AIFunctionArguments? seen = null;
        var tool = new DelegateFunction("a", (arguments, _) => { seen = arguments; return new("ok"); });

        await Client(script, services: provider).GetResponseAsync("go", With(tool));

        Assert.Same(provider, seen!.Services);
        Assert.Equal("1", Assert.IsType<FunctionCallContent>(seen.Context![typeof(FunctionCallContent)]).CallId);
        Assert.Same(Requests.RequestContext.Find(script.Calls[0].Options), seen.Context[typeof(Requests.RequestContext)]);
    }
}
