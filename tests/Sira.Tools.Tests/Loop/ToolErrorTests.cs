using System.Text.Json;
using Microsoft.Extensions.AI;
using Sira.Testing;
using static Sira.Tools.Tests.Plan;

namespace Sira.Tools.Tests.Loop;

public sealed class ToolErrorTests
{
    private static readonly AIFunction Bad = AIFunctionFactory.Create(string () => throw new InvalidOperationException("secret"), "bad");

    [Theory]
    [InlineData(false, false, "Error: the tool 'bad' failed.")]
    [InlineData(true, false, "Error: the tool 'bad' failed.")]
    [InlineData(false, true, "Error: the tool 'bad' failed: secret")]
    [InlineData(true, true, "Error: the tool 'bad' failed: secret")]
    public async Task Ask_ToolThrows_TellsTheModelAndKeepsTheException(bool streaming, bool detailed, string expected)
    {
        using var script = new ScriptedChatClient().Reply(Call("1", "bad")).Reply("sorry");

        var response = await Client(script, o => o.IncludeDetailedErrors = detailed).AskAsync(streaming, "go", With(Bad));

        var result = Assert.IsType<FunctionResultContent>(Assert.Single(response.Messages[1].Contents));
        Assert.Equal(expected, result.Result);
        Assert.Equal("secret", Assert.IsType<InvalidOperationException>(result.Exception).Message);
        Assert.Equal("assistant: sorry", Render(response.Messages[2]));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Ask_ToolThrowsSynchronously_IsAnErrorLikeAnyOther(bool streaming)
    {
        using var script = new ScriptedChatClient().Reply(Call("1", "sync")).Reply("sorry");

        var response = await Client(script).AskAsync(streaming, "go", With(new ThrowingFunction()));

        Assert.Equal("tool: result 1 Error: the tool 'sync' failed.", Render(response.Messages[1]));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Ask_ToolCancelsItself_IsAnErrorAndNotACancellation(bool streaming)
    {
        using var script = new ScriptedChatClient().Reply(Call("1", "cancels")).Reply("sorry");
        var tool = AIFunctionFactory.Create(string () => throw new OperationCanceledException("mine"), "cancels");

        var response = await Client(script).AskAsync(streaming, "go", With(tool));

        Assert.Equal("tool: result 1 Error: the tool 'cancels' failed.", Render(response.Messages[1]));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Ask_UnreadableArguments_NamesTheProblemAndDoesNotRun(bool streaming)
    {
        var call = FunctionCallContent.CreateFromParsedArguments("{\"a\":", "1", "add", json => JsonSerializer.Deserialize<Dictionary<string, object?>>(json));
        Assert.NotNull(call.Exception);
        using var script = new ScriptedChatClient().Reply(call).Reply("sorry");

        var response = await Client(script).AskAsync(streaming, "go", With(Add));

        Assert.StartsWith("tool: result 1 Error: the arguments of 'add' could not be read: Expected", Render(response.Messages[1]), StringComparison.Ordinal);
        Assert.Same(call.Exception, Assert.IsType<FunctionResultContent>(response.Messages[1].Contents[0]).Exception);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Ask_MissingArgument_IsAToolError(bool streaming)
    {
        using var script = new ScriptedChatClient().Reply(Call("1", "add", ("a", 1))).Reply("sorry");

        var response = await Client(script).AskAsync(streaming, "go", With(Add));

        Assert.Equal("tool: result 1 Error: the tool 'add' failed.", Render(response.Messages[1]));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Ask_TooManyFailedRounds_ThrowsTheLastErrorWithWhatWasDone(bool streaming)
    {
        using var script = new ScriptedChatClient().Reply(Call("1", "bad")).Reply(Call("2", "bad")).Reply(Call("3", "bad"));

        var error = await Assert.ThrowsAsync<ToolLoopException>(() => Client(script, o => o.MaxConsecutiveErrors = 2).AskAsync(streaming, "go", With(Bad)));

        Assert.Equal(ToolLoopLimit.ConsecutiveErrors, error.Limit);
        Assert.Equal("secret", error.InnerException!.Message);
        Assert.Contains("MaxConsecutiveErrors is 2", error.Message, StringComparison.Ordinal);
        Assert.Equal(6, error.PartialResponse.Messages.Count);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Ask_NoErrorAllowed_ThrowsAtTheFirst(bool streaming)
    {
        using var script = new ScriptedChatClient().Reply(Call("1", "bad"));

        await Assert.ThrowsAsync<ToolLoopException>(() => Client(script, o => o.MaxConsecutiveErrors = 0).AskAsync(streaming, "go", With(Bad)));

        Assert.Single(script.Calls);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Ask_SuccessBetweenFailures_ResetsTheCount(bool streaming)
    {
        using var script = new ScriptedChatClient()
            .Reply(Call("1", "bad")).Reply(Call("2", "bad"), Call("3", "a")).Reply(Call("4", "bad")).Reply("done");

        var response = await Client(script, o => o.MaxConsecutiveErrors = 1).AskAsync(streaming, "go", With(Bad, Echo("a")));

        Assert.Equal("assistant: done", Render(response.Messages[^1]));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Ask_ToolReturnsNothing_SaysSo(bool streaming)
    {
        using var script = new ScriptedChatClient().Reply(Call("1", "void")).Reply("done");

        var response = await Client(script).AskAsync(streaming, "go", With(new ValueFunction("void", null)));

        Assert.Equal("tool: result 1 Success: the tool returned nothing.", Render(response.Messages[1]));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Ask_ToolReturnsALot_PassesAllOfIt(bool streaming)
    {
        using var script = new ScriptedChatClient().Reply(Call("1", "large")).Reply("done");
        var large = new string('x', 5_000_000);

        await Client(script).AskAsync(streaming, "go", With(new ValueFunction("large", large)));

        Assert.Same(large, Assert.IsType<FunctionResultContent>(script.Calls[1].Messages[^1].Contents[0]).Result);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Ask_ToolReturnsAResultContent_IsTakenOnlyForItsOwnCall(bool streaming)
    {
        var own = new FunctionResultContent("1", "mine");
        var foreign = new FunctionResultContent("99", "theirs");
        using var script = new ScriptedChatClient().Reply(Call("1", "own"), Call("2", "foreign")).Reply("done");

        var response = await Client(script).AskAsync(streaming, "go", With(new ValueFunction("own", own), new ValueFunction("foreign", foreign)));

        Assert.Same(own, response.Messages[1].Contents[0]);
        Assert.Equal("2", Assert.IsType<FunctionResultContent>(response.Messages[1].Contents[1]).CallId);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Ask_ToolChangesItsArguments_TheHistoryKeepsTheModels(bool streaming)
    {
        var greedy = new DelegateFunction("greedy", (arguments, _) =>
        {
            arguments["a"] = "changed";
            return new("ok");
        });
        using var script = new ScriptedChatClient().Reply(Call("1", "greedy", ("a", "mine"))).Reply("done");

        await Client(script).AskAsync(streaming, "go", With(greedy));

        Assert.Equal("assistant: call 1 greedy(a=mine)✓", Render(script.Calls[1].Messages[1]));
    }

    private sealed class ThrowingFunction : AIFunction
    {
        public override string Name => "sync";

        protected override ValueTask<object?> InvokeCoreAsync(AIFunctionArguments arguments, CancellationToken cancellationToken) => throw new FormatException("now");
    }
}
