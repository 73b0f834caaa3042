using Microsoft.Extensions.AI;
using Sira.Testing;
using static Sira.Tools.Tests.Plan;

namespace Sira.Tools.Tests.Loop;

public sealed class StreamTests
{
    [Fact]
    public async Task GetStreamingResponse_Updates_PassAsTheyComeAndCallsAreMarked()
    {
        var gate = new TaskCompletionSource();
        async IAsyncEnumerable<ChatResponseUpdate> First()
        {
            yield return new ChatResponseUpdate(ChatRole.Assistant, "thinking");
            yield return new ChatResponseUpdate(null, [Call("1", "a")]);
            await gate.Task;
            yield return new ChatResponseUpdate { FinishReason = ChatFinishReason.ToolCalls };
        }

        using var script = new ScriptedChatClient().Stream(_ => First()).Reply("done");
        await using var updates = Client(script).GetStreamingResponseAsync("go", With(Echo("a"))).GetAsyncEnumerator();

        Assert.True(await updates.MoveNextAsync());
        Assert.Equal("thinking", updates.Current.Text);
        Assert.True(await updates.MoveNextAsync());
        Assert.True(Assert.IsType<FunctionCallContent>(updates.Current.Contents[0]).InformationalOnly);
        gate.SetResult();
        Assert.True(await updates.MoveNextAsync());
        Assert.Equal(ChatFinishReason.ToolCalls, updates.Current.FinishReason);
        Assert.True(await updates.MoveNextAsync());
        Assert.Equal((ChatRole.Tool, "1"), (updates.Current.Role!.Value, Assert.IsType<FunctionResultContent>(updates.Current.Contents[0]).CallId));
        Assert.True(await updates.MoveNextAsync());
        Assert.Equal((ChatRole.Assistant, "done"), (updates.Current.Role!.Value, updates.Current.Text));
    }

    [Fact]
    public async Task GetStreamingResponse_CallMayYetNeedApproval_HoldsOnlyFromThatCallToTheDecision()
    {
        var risky = new ApprovalRequiredAIFunction(Echo("risky"));
        using var script = new ScriptedChatClient().Stream(
            new ChatResponseUpdate(ChatRole.Assistant, "text"),
            new ChatResponseUpdate(null, [Call("1", "safe")]),
            new ChatResponseUpdate(null, "more"),
            new ChatResponseUpdate(null, [Call("2", "risky")]),
            new ChatResponseUpdate(null, [Call("3", "safe")]));

        var updates = await Client(script).GetStreamingResponseAsync("go", With(Echo("safe"), risky)).ToListAsync();

        Assert.Equal(["text", "more"], updates.Where(update => update.Text.Length > 0).Select(update => update.Text));
        Assert.Equal(["sira_1", "sira_2", "sira_3"], updates.SelectMany(update => update.Contents).OfType<ToolApprovalRequestContent>().Select(request => request.RequestId));
        Assert.DoesNotContain(updates.SelectMany(update => update.Contents), content => content is FunctionCallContent);
    }

    [Fact]
    public async Task GetStreamingResponse_ConsumerStops_DisposesTheInnerStreamAndRunsNothing()
    {
        var runs = 0;
        using var script = new ScriptedChatClient().Reply(new TextContent("a"), Call("1", "t"));

        await foreach (var update in Client(script).GetStreamingResponseAsync("go", With(AIFunctionFactory.Create(() => ++runs, "t"))))
        {
            Assert.Equal(1, script.OpenStreams);
            break;
        }

        Assert.Equal((0, 0), (script.OpenStreams, runs));
    }

    [Fact]
    public async Task GetStreamingResponse_StreamBreaksAfterACall_RunsNothing()
    {
        var runs = 0;
        static async IAsyncEnumerable<ChatResponseUpdate> Broken()
        {
            yield return new ChatResponseUpdate(ChatRole.Assistant, [Call("1", "t")]);
            await Task.Yield();
            throw new IOException("cut");
        }

        using var script = new ScriptedChatClient().Stream(_ => Broken());

        await Assert.ThrowsAsync<IOException>(async () => await Client(script).GetStreamingResponseAsync("go", With(AIFunctionFactory.Create(() => ++runs, "t"))).ToListAsync());

        Assert.Equal((0, 0), (script.OpenStreams, runs));
    }

    [Fact]
    public async Task GetStreamingResponse_FirstUpdateHasNoRole_DoesNotRunIntoTheResults()
    {
        using var script = new ScriptedChatClient()
            .Stream(new ChatResponseUpdate(null, [Call("1", "a")]))
            .Stream(new ChatResponseUpdate(null, "done"));

        var response = await Client(script).GetStreamingResponseAsync("go", With(Echo("a"))).ToChatResponseAsync();

        Assert.Equal(["assistant: call 1 a()✓", "tool: result 1 a!", "assistant: done"], Render(response.Messages));
    }

    [Fact]
    public async Task GetStreamingResponse_NoCall_PassesTheUpdatesThemselves()
    {
        var update = new ChatResponseUpdate(ChatRole.Assistant, "hi");
        using var script = new ScriptedChatClient().Stream(update);

        Assert.Same(update, Assert.Single(await Client(script).GetStreamingResponseAsync("go", With(Add)).ToListAsync()));
    }

    [Fact]
    public async Task GetStreamingResponse_EmptyStream_IsEmpty()
    {
        using var script = new ScriptedChatClient().Stream();

        Assert.Empty(await Client(script).GetStreamingResponseAsync("go", With(Add)).ToListAsync());
    }

    [Fact]
    public async Task GetStreamingResponse_TokenOfTheEnumeration_ReachesTheTool()
    {
        using var source = new CancellationTokenSource();
        var tool = new DelegateFunction("t", (_, token) =>
        {
            source.Cancel();
            token.ThrowIfCancellationRequested();
            return new("not cancelled");
        });
        using var script = new ScriptedChatClient().Reply(Call("1", "t"));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var _ in Client(script).GetStreamingResponseAsync("go", With(tool)).WithCancellation(source.Token))
            {
            }
        });
    }
}
