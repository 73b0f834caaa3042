using Microsoft.Extensions.AI;
using Sira.Errors;
using Sira.Requests;
using Sira.Simulation.Time;
using Sira.Testing;
using static Sira.Tools.Tests.Plan;

namespace Sira.Tools.Tests.Loop;

public sealed class ToolTimeTests
{
    private readonly VirtualTimeProvider time = new();

    // Without a context, everything that a timer or a cancellation sets free runs before the call that advances the clock returns.
    public ToolTimeTests() => SynchronizationContext.SetSynchronizationContext(null);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Ask_ToolIsSlow_IsCancelledAndTheModelIsTold(bool streaming)
    {
        var cancelled = false;
        var slow = new DelegateFunction("slow", async (_, token) =>
        {
            try
            {
                await HangAsync(token);
                return "never";
            }
            finally
            {
                cancelled = token.IsCancellationRequested;
            }
        });
        using var script = new ScriptedChatClient().Reply(Call("1", "slow"), Call("2", "a")).Reply("done");

        var asking = Client(script, o => (o.TimeProvider, o.CallTimeout) = (time, TimeSpan.FromSeconds(30))).AskAsync(streaming, "go", With(slow, Echo("a")));
        time.Advance(TimeSpan.FromSeconds(29));
        Assert.False(asking.IsCompleted || cancelled);
        time.Advance(TimeSpan.FromSeconds(1));
        var response = await asking;

        Assert.True(cancelled);
        Assert.Equal("tool: result 1 Error: the tool 'slow' did not finish within 00:00:30. | result 2 a!", Render(response.Messages[1]));
        Assert.IsType<TimeoutException>(Assert.IsType<FunctionResultContent>(response.Messages[1].Contents[0]).Exception);
        Assert.Equal(0, time.ActiveTimers);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Ask_ToolIgnoresCancellation_IsAbandonedAfterTheGrace(bool streaming)
    {
        var never = new TaskCompletionSource<object?>();
        using var script = new ScriptedChatClient().Reply(Call("1", "deaf")).Reply("done");
        var deaf = new DelegateFunction("deaf", (_, _) => new(never.Task));

        var asking = Client(script, o => (o.TimeProvider, o.CallTimeout, o.CancellationGrace) = (time, TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(5)))
            .AskAsync(streaming, "go", With(deaf));
        time.Advance(TimeSpan.FromSeconds(34));
        Assert.False(asking.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(1));
        var response = await asking;

        Assert.Equal("tool: result 1 Error: the tool 'deaf' did not finish within 00:00:30.", Render(response.Messages[1]));
        never.SetException(new InvalidOperationException("too late"));
        Assert.Equal(0, time.ActiveTimers);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Ask_ToolEndsWithAResultInTheGrace_TheResultCounts(bool streaming)
    {
        var late = new TaskCompletionSource<object?>();
        using var script = new ScriptedChatClient().Reply(Call("1", "late")).Reply("done");

        var asking = Client(script, o => (o.TimeProvider, o.CallTimeout) = (time, TimeSpan.FromSeconds(30)))
            .AskAsync(streaming, "go", With(new DelegateFunction("late", (_, _) => new(late.Task))));
        time.Advance(TimeSpan.FromSeconds(30));
        late.SetResult("just done");

        Assert.Equal("tool: result 1 just done", Render((await asking).Messages[1]));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Ask_LoopTakesTooLong_CancelsTheToolAndThrows(bool streaming)
    {
        var token = CancellationToken.None;
        var slow = new DelegateFunction("slow", async (_, cancellationToken) =>
        {
            token = cancellationToken;
            await HangAsync(cancellationToken);
            return null;
        });
        using var script = new ScriptedChatClient().Reply(Call("1", "slow"));

        var asking = Client(script, o => (o.TimeProvider, o.MaxDuration, o.CallTimeout) = (time, TimeSpan.FromMinutes(1), null)).AskAsync(streaming, "go", With(slow));
        time.Advance(TimeSpan.FromMinutes(1));
        var error = await Assert.ThrowsAsync<ToolLoopException>(() => asking);

        Assert.True(token.IsCancellationRequested);
        Assert.Equal(ToolLoopLimit.Duration, error.Limit);
        Assert.Contains("MaxDuration (00:01:00)", error.Message, StringComparison.Ordinal);
        Assert.Equal(["assistant: call 1 slow()✓"], Render(error.PartialResponse.Messages));
        Assert.Equal((0, 0), (time.ActiveTimers, script.OpenStreams));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Ask_ModelTakesTooLong_CancelsItAndThrows(bool streaming)
    {
        using var script = new ScriptedChatClient().Reply(Call("1", "a")).Reply(async call =>
        {
            await HangAsync(call.CancellationToken);
            return new ChatResponse();
        });

        var asking = Client(script, o => (o.TimeProvider, o.MaxDuration) = (time, TimeSpan.FromMinutes(1))).AskAsync(streaming, "go", With(Echo("a")));
        time.Advance(TimeSpan.FromMinutes(1));
        var error = await Assert.ThrowsAsync<ToolLoopException>(() => asking);

        Assert.Equal(ToolLoopLimit.Duration, error.Limit);
        Assert.Equal(2, error.PartialResponse.Messages.Count);
        Assert.Equal(0, script.OpenStreams);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Ask_RequestBudgetPasses_FailsTheRequest(bool streaming)
    {
        var request = new RequestContext(time.GetTimestamp(), new RequestBudget { MaxDuration = TimeSpan.FromSeconds(20) });
        time.Advance(TimeSpan.FromSeconds(15));
        var slow = new DelegateFunction("slow", async (_, token) =>
        {
            await HangAsync(token);
            return null;
        });
        using var script = new ScriptedChatClient().Reply(Call("1", "slow"));

        var asking = Client(script, o => o.TimeProvider = time).AskAsync(streaming, "go", new SiraChatOptions { Request = request, Tools = [slow] });
        time.Advance(TimeSpan.FromSeconds(4));
        Assert.False(asking.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(1));
        var error = await Assert.ThrowsAsync<RequestFailedException>(() => asking);

        Assert.Equal(RequestFailureKind.DeadlineExceeded, error.Kind);
        Assert.Contains("00:00:20", error.Message, StringComparison.Ordinal);
        Assert.Single(error.PartialResponse!.Messages);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Ask_BudgetIsLongerThanTheLoopsOwnLimit_TheLoopsCounts(bool streaming)
    {
        var request = new RequestContext(time.GetTimestamp(), new RequestBudget { MaxDuration = TimeSpan.FromHours(1) });
        var slow = new DelegateFunction("slow", async (_, token) =>
        {
            await HangAsync(token);
            return null;
        });
        using var script = new ScriptedChatClient().Reply(Call("1", "slow"));

        var asking = Client(script, o => (o.TimeProvider, o.MaxDuration) = (time, TimeSpan.FromMinutes(1))).AskAsync(streaming, "go", new SiraChatOptions { Request = request, Tools = [slow] });
        time.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal(ToolLoopLimit.Duration, (await Assert.ThrowsAsync<ToolLoopException>(() => asking)).Limit);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Ask_CallerCancelsAndTheToolReturnsAllTheSame_TheCallIsCancelled(bool streaming)
    {
        using var source = new CancellationTokenSource();
        var deaf = new DelegateFunction("deaf", (_, _) =>
        {
            source.Cancel();
            return new("done");
        });
        using var script = new ScriptedChatClient().Reply(Call("1", "deaf"));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Client(script).AskAsync(streaming, "go", With(deaf), source.Token));

        Assert.Single(script.Calls);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Ask_RequestBudgetIsOverAlready_NothingIsCalled(bool streaming)
    {
        var request = new RequestContext(time.GetTimestamp(), new RequestBudget { MaxDuration = TimeSpan.FromSeconds(20) });
        time.Advance(TimeSpan.FromSeconds(21));
        using var script = new ScriptedChatClient();

        await Assert.ThrowsAsync<RequestFailedException>(() =>
            Client(script, o => o.TimeProvider = time).AskAsync(streaming, "go", new SiraChatOptions { Request = request, Tools = [Add] }));

        Assert.Empty(script.Calls);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Ask_CallerCancels_ReachesEveryToolAndWaitsForThem(bool streaming)
    {
        using var source = new CancellationTokenSource();
        var ended = 0;
        var slow = new DelegateFunction("slow", async (_, token) =>
        {
            try
            {
                await HangAsync(token);
                return null;
            }
            finally
            {
                await Task.Delay(TimeSpan.FromMilliseconds(500), time, CancellationToken.None);
                ended++;
            }
        });
        using var script = new ScriptedChatClient().Reply(Call("1", "slow"), Call("2", "slow"), Call("3", "slow"));

        var asking = Client(script, o => (o.TimeProvider, o.MaxConcurrency) = (time, 2)).AskAsync(streaming, "go", With(slow), source.Token);
        source.Cancel();
        Assert.False(asking.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(1));
        var error = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking);

        // Two ran; the third began after the cancellation or not at all, and has ended either way.
        Assert.InRange(ended, 2, 3);
        Assert.True(error.CancellationToken.IsCancellationRequested);
        Assert.Equal(0, time.ActiveTimers);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Ask_CancelledBefore_NothingIsCalled(bool streaming)
    {
        using var script = new ScriptedChatClient();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Client(script).AskAsync(streaming, "go", With(Add), new CancellationToken(true)));

        Assert.Empty(script.Calls);
    }

    /// <summary>Waits for its cancellation. A cancelled <c>Task.Delay</c> would go on on another thread, where virtual time does not wait for it.</summary>
    private static async Task HangAsync(CancellationToken token)
    {
        var ended = new TaskCompletionSource();
        using var registration = token.Register(() => ended.TrySetCanceled(token));
        await ended.Task;
    }
}
