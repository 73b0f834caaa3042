using Microsoft.Extensions.AI;
using Sira.Testing;
using static Sira.Tools.Tests.Plan;

namespace Sira.Tools.Tests.Loop;

public sealed class ToolLimitTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Ask_ModelLoops_IsAskedOnceMoreWithoutToolsAndTheResponseSaysSo(bool streaming)
    {
        using var script = new ScriptedChatClient().Reply(Call("1", "a")).Reply(Call("2", "a")).Reply("that is all");
        var options = With(Echo("a"));

        var response = await Client(script, o => o.MaxRounds = 2).AskAsync(streaming, "go", options);

        Assert.Equal([null, null, ChatToolMode.None], script.Calls.Select(call => call.Options!.ToolMode));
        Assert.Single(script.Calls[2].Options!.Tools!);
        Assert.Equal("assistant: that is all", Render(response.Messages[^1]));
        Assert.Equal(5, response.Messages.Count);
        Assert.Equal(ToolLoopLimit.Rounds, response.AdditionalProperties![ToolLoopOptions.LimitPropertyName]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Ask_LimitNotReached_ResponseDoesNotSaySo(bool streaming)
    {
        using var script = new ScriptedChatClient().Reply(Call("1", "a")).Reply("done");

        var response = await Client(script, o => o.MaxRounds = 2).AskAsync(streaming, "go", With(Echo("a")));

        Assert.True(response.AdditionalProperties is null || !response.AdditionalProperties.ContainsKey(ToolLoopOptions.LimitPropertyName));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Ask_ModelCallsDespiteTheLimit_Throws(bool streaming)
    {
        using var script = new ScriptedChatClient().Reply(Call("1", "a")).Reply(Call("2", "a"));

        var error = await Assert.ThrowsAsync<ToolLoopException>(() => Client(script, o => o.MaxRounds = 1).AskAsync(streaming, "go", With(Echo("a"))));

        Assert.Equal(ToolLoopLimit.Rounds, error.Limit);
        Assert.Equal(2, script.Calls.Count);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Ask_RoundsLimitThrows_BeforeAFurtherCallIsRun(bool streaming)
    {
        var runs = 0;
        var tool = AIFunctionFactory.Create(() => ++runs, "a");
        using var script = new ScriptedChatClient().Reply(Call("1", "a")).Reply(Call("2", "a"));

        var error = await Assert.ThrowsAsync<ToolLoopException>(() =>
            Client(script, o => (o.MaxRounds, o.LimitBehavior) = (1, ToolLimitBehavior.Throw)).AskAsync(streaming, "go", With(tool)));

        Assert.Equal((1, ToolLoopLimit.Rounds), (runs, error.Limit));
        Assert.Contains("MaxRounds (1)", error.Message, StringComparison.Ordinal);
        Assert.Equal(["assistant: call 1 a()✓", "tool: result 1 1", "assistant: call 2 a()✓"], Render(error.PartialResponse.Messages));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Ask_RoundsLimitThrows_LastAllowedRoundMayStillBeAnswered(bool streaming)
    {
        using var script = new ScriptedChatClient().Reply(Call("1", "a")).Reply("done");

        var response = await Client(script, o => (o.MaxRounds, o.LimitBehavior) = (1, ToolLimitBehavior.Throw)).AskAsync(streaming, "go", With(Echo("a")));

        Assert.Equal("assistant: done", Render(response.Messages[^1]));
        Assert.Null(script.Calls[1].Options!.ToolMode);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Ask_TooManyCalls_RunsTheFirstAndAnswersTheRest(bool streaming)
    {
        using var script = new ScriptedChatClient().Reply(Call("1", "a")).Reply(Call("2", "a"), Call("3", "b")).Reply("done");

        var response = await Client(script, o => o.MaxCalls = 2).AskAsync(streaming, "go", With(Echo("a"), Echo("b")));

        Assert.Equal(
            "tool: result 2 a! | result 3 Error: not run, because this request may make no more than 2 tool calls. Answer with what you have.",
            Render(response.Messages[3]));
        Assert.Equal(ChatToolMode.None, script.Calls[2].Options!.ToolMode);
        Assert.Equal(ToolLoopLimit.Calls, response.AdditionalProperties![ToolLoopOptions.LimitPropertyName]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Ask_CallsLimitThrows_BeforeAnyCallOfTheRoundIsRun(bool streaming)
    {
        var runs = 0;
        var tool = AIFunctionFactory.Create(() => ++runs, "a");
        using var script = new ScriptedChatClient().Reply(Call("1", "a"), Call("2", "a"), Call("3", "a"));

        var error = await Assert.ThrowsAsync<ToolLoopException>(() =>
            Client(script, o => (o.MaxCalls, o.LimitBehavior) = (2, ToolLimitBehavior.Throw)).AskAsync(streaming, "go", With(tool)));

        Assert.Equal((0, ToolLoopLimit.Calls), (runs, error.Limit));
        Assert.Contains("wanted 3 tool calls", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Ask_ModelLoopsForever_EndsAtTheDefaults(bool streaming)
    {
        using var script = new ScriptedChatClient();
        for (var i = 0; i < 100; i++)
        {
            script.Reply(Call($"{i}", "a"));
        }

        await Assert.ThrowsAsync<ToolLoopException>(() => Client(script).AskAsync(streaming, "go", With(Echo("a"))));

        Assert.Equal(new ToolLoopOptions().MaxRounds + 1, script.Calls.Count);
    }
}
