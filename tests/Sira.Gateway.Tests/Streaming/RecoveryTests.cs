using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Sira.Decisions;
using Sira.Errors;
using Sira.Gateway.Tests.Support;
using Sira.Models;
using Sira.Requests;
using Sira.Simulation.Time;

namespace Sira.Gateway.Tests.Streaming;

public class RecoveryTests
{
    private const string Answer = "The quick brown fox jumps over the lazy dog.";

    private static ChatResponseUpdate Text(string text, string id) => new(ChatRole.Assistant, text) { MessageId = id, ResponseId = id };

    private static async IAsyncEnumerable<ChatResponseUpdate> Play(string id, string text, Exception? end = null, int size = 7, AIContent? first = null)
    {
        yield return new(ChatRole.Assistant, [new UsageContent(new UsageDetails { InputTokenCount = 1000 })]) { MessageId = id, ResponseId = id };
        if (first is not null)
        {
            yield return new(ChatRole.Assistant, [first]) { MessageId = id, ResponseId = id };
        }

        foreach (var piece in text.Chunk(size))
        {
            yield return Text(new string(piece), id);
        }

        await Task.CompletedTask;
        if (end is not null)
        {
            throw end;
        }

        yield return new() { FinishReason = ChatFinishReason.Stop, MessageId = id, ResponseId = id };
        yield return new() { Contents = [new UsageContent(new UsageDetails { InputTokenCount = 10, OutputTokenCount = 9 })], ModelId = id };
    }

    private static TestGateway Gateway(TestBackend a, TestBackend b, params StreamRecovery[] policies) => new(
        sira => sira.AddRoute("default", route => route.To("a/m1", "b/m2").Configure(options => options.StreamRecovery = policies)), a, b);

    private static async Task<List<ChatResponseUpdate>> CollectAsync(TestGateway gateway, ChatOptions? options = null)
    {
        var updates = new List<ChatResponseUpdate>();
        await gateway.Clock.RunAsync(async () =>
        {
            await foreach (var update in gateway.Chat.GetStreamingResponseAsync("Hello", options))
            {
                updates.Add(update);
            }
        });
        gateway.AssertIdle();
        return updates;
    }

    private static IOException Cut() => new("cut");

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(20)]
    [InlineData(100)]
    public async Task ResumeVerified_SwallowsWhatWasDelivered_AndGoesOn_AsOneMessage(int size)
    {
        var (a, b) = (new TestBackend("a"), new TestBackend("b"));
        a["m1"].Stream(_ => Play("first", Answer[..25], Cut()));
        b["m2"].Stream(_ => Play("second", Answer, size: size));
        await using var gateway = Gateway(a, b, StreamRecovery.ResumeVerified);

        var response = (await CollectAsync(gateway)).ToChatResponse();

        Assert.Equal(Answer, response.Text);
        Assert.Single(response.Messages);
        Assert.Equal("second", response.ModelId);
        Assert.Equal((1010, 9), (response.Usage!.InputTokenCount, response.Usage.OutputTokenCount));
        var attempts = response.GetRouteDecision()!.Attempts;
        Assert.Equal([null, StreamRecovery.ResumeVerified], attempts.Select(attempt => attempt.Recovery));
        Assert.Equal([BackendErrorKind.Transport, null], attempts.Select(attempt => attempt.Error));
    }

    [Fact]
    public async Task ResumeVerified_ThatDiverges_FallsToTheNextPolicy_OrFails_WithThePart()
    {
        foreach (var next in new StreamRecovery[][] { [], [StreamRecovery.Restart] })
        {
            var (a, b) = (new TestBackend("a"), new TestBackend("b"));
            a["m1"].Stream(_ => Play("first", Answer[..25], Cut()));
            b["m2"].Stream(_ => Play("second", "The quick red fox.")).Stream(_ => Play("third", "The quick red fox."));
            await using var gateway = Gateway(a, b, [StreamRecovery.ResumeVerified, .. next]);

            if (next.Length == 0)
            {
                var failure = await Assert.ThrowsAsync<RequestFailedException>(() => CollectAsync(gateway));
                Assert.Equal((RequestFailureKind.Incomplete, Answer[..25]), (failure.Kind, failure.PartialText));
                Assert.Equal(BackendErrorKind.Transport, failure.BackendError);
                Assert.Equal([BackendErrorKind.Transport, BackendErrorKind.Cancelled], failure.Decision!.Attempts.Select(attempt => attempt.Error));
            }
            else
            {
                var updates = await CollectAsync(gateway, new SiraChatOptions { AcceptsRestart = true });
                var restart = Assert.Single(updates, update => update.IsRestart());
                Assert.Equal(Answer[..25], string.Concat(updates.TakeWhile(update => update != restart).Select(update => update.Text)));
                Assert.Equal("The quick red fox.", string.Concat(updates.SkipWhile(update => update != restart).Select(update => update.Text)));
            }

            Assert.Equal(0, b["m2"].OpenStreams);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(6)]
    [InlineData(100)]
    public async Task AnswerThatDiverges_IsItselfTheNewAnswer_WhereTheNextPolicyIsToRestart(int size)
    {
        var (a, b) = (new TestBackend("a"), new TestBackend("b"));
        a["m1"].Stream(_ => Play("first", Answer[..25], Cut()));
        b["m2"].Stream(_ => Play("second", "The quick red fox.", size: size));
        await using var gateway = Gateway(a, b, StreamRecovery.ResumeVerified, StreamRecovery.Restart);

        var updates = await CollectAsync(gateway, new SiraChatOptions { AcceptsRestart = true });

        var restart = Assert.Single(updates, update => update.IsRestart());
        var anew = updates.SkipWhile(update => update != restart).Skip(1).ToList();
        Assert.Equal("The quick red fox.", string.Concat(anew.Select(update => update.Text)));
        Assert.Equal("second", anew.ToChatResponse().Messages.Single().MessageId);
        Assert.Equal(1010, anew.ToChatResponse().Usage!.InputTokenCount);
        var attempts = updates[^1].GetRouteDecision()!.Attempts;
        Assert.Equal([BackendErrorKind.Transport, null], attempts.Select(attempt => attempt.Error));
        Assert.Equal([null, StreamRecovery.Restart], attempts.Select(attempt => attempt.Recovery));
        Assert.Single(b["m2"].Calls);
    }

    [Fact]
    public async Task ResumeVerified_OfAnAnswerThatEndsTooSoon_IsADivergence()
    {
        var (a, b) = (new TestBackend("a"), new TestBackend("b"));
        a["m1"].Stream(_ => Play("first", Answer[..25], Cut()));
        b["m2"].Stream(_ => Play("second", Answer[..12]));
        await using var gateway = Gateway(a, b, StreamRecovery.ResumeVerified);

        var failure = await Assert.ThrowsAsync<RequestFailedException>(() => CollectAsync(gateway));

        Assert.Equal(Answer[..25], failure.PartialText);
    }

    [Fact]
    public async Task ResumeVerified_ComparesToolCalls_ByNameAndArguments()
    {
        foreach (var (city, agrees) in new[] { ("Oslo", true), ("Rome", false) })
        {
            var (a, b) = (new TestBackend("a"), new TestBackend("b"));
            a["m1"].Stream(_ => Play("first", string.Empty, Cut(), first: new FunctionCallContent("call-1", "weather", new Dictionary<string, object?> { ["city"] = "Oslo" })));
            b["m2"].Stream(_ => Play("second", " Done.", first: new FunctionCallContent("call-2", "weather", new Dictionary<string, object?> { ["city"] = city })));
            await using var gateway = Gateway(a, b, StreamRecovery.ResumeVerified);

            if (agrees)
            {
                var updates = await CollectAsync(gateway);
                Assert.Equal("call-1", Assert.Single(updates.SelectMany(update => update.Contents).OfType<FunctionCallContent>()).CallId);
                Assert.Equal(" Done.", string.Concat(updates.Select(update => update.Text)));
            }
            else
            {
                await Assert.ThrowsAsync<RequestFailedException>(() => CollectAsync(gateway));
            }
        }
    }

    [Fact]
    public async Task ResumeVerified_GoesOn_WithFurtherCallsAndAllOfTheReasoning()
    {
        var (a, b) = (new TestBackend("a"), new TestBackend("b"));
        a["m1"].Stream(_ => Play("first", "Look: ", Cut(), first: Call("call-1", "Oslo")));
        b["m2"].Stream(_ => Contents("second", Call("call-2", "Oslo"), new TextContent("Look: "), new TextReasoningContent("hm, "), new TextReasoningContent("well"), Call("call-3", "Rome")));
        await using var gateway = Gateway(a, b, StreamRecovery.ResumeVerified);

        var response = (await CollectAsync(gateway)).ToChatResponse();

        Assert.Equal(["call-1", "call-3"], Assert.Single(response.Messages).Contents.OfType<FunctionCallContent>().Select(static call => call.CallId));
        Assert.Equal("hm, well", string.Concat(response.Messages[0].Contents.OfType<TextReasoningContent>().Select(static part => part.Text)));
        Assert.Equal(2, response.GetRouteDecision()!.Attempts.Count);
        Assert.Equal("b/m2", response.GetRouteDecision()!.Target);

        static FunctionCallContent Call(string id, string city) => new(id, "weather", new Dictionary<string, object?> { ["city"] = city });

        static async IAsyncEnumerable<ChatResponseUpdate> Contents(string id, params AIContent[] contents)
        {
            foreach (var content in contents)
            {
                yield return new(ChatRole.Assistant, [content]) { MessageId = id, ResponseId = id };
            }

            await Task.CompletedTask;
            yield return new() { FinishReason = ChatFinishReason.ToolCalls, MessageId = id, ResponseId = id };
        }
    }

    [Theory]
    [InlineData("The quick brown ", "fox", "fox")]
    [InlineData("The quick brown ", " fox", "fox")]
    [InlineData("The quick brown", " fox", " fox")]
    public async Task Continue_AsksATargetThatAcceptsIt_WithThePart_AndNeverRepeatsWhiteSpace(string part, string continuation, string delivered)
    {
        var (a, b) = (new TestBackend("a"), new TestBackend("b").With(new ModelDescriptor("m2") { AcceptsPrefill = true }));
        a["m1"].Stream(_ => Play("first", part, Cut()));
        b["m2"].Stream(_ => Play("second", continuation, size: 1));
        await using var gateway = Gateway(a, b, StreamRecovery.Continue);

        var response = (await CollectAsync(gateway)).ToChatResponse();

        Assert.Equal(part + delivered, response.Text);
        var prefill = Assert.Single(b["m2"].Calls).Messages[^1];
        Assert.Equal((ChatRole.Assistant, part.TrimEnd()), (prefill.Role, prefill.Text));
    }

    [Fact]
    public async Task Continue_ThatIsRefused_IsRestarted_AtTheSameTarget_AndTheRefusalNeverSurfaces()
    {
        var (a, b) = (new TestBackend("a"), new TestBackend("b").With(new ModelDescriptor("m2") { AcceptsPrefill = true }));
        a["m1"].Stream(_ => Play("first", Answer[..25], Cut()));
        b["m2"].Throw(Scripted.Error(BackendErrorKind.BadRequest, 400)).Stream(_ => Play("second", Answer));
        await using var gateway = Gateway(a, b, StreamRecovery.Continue, StreamRecovery.Restart);

        var updates = await CollectAsync(gateway, new SiraChatOptions { AcceptsRestart = true });

        Assert.Equal(Answer, string.Concat(updates.SkipWhile(update => !update.IsRestart()).Select(update => update.Text)));
        Assert.Single(b["m2"].Calls[1].Messages);
    }

    [Fact]
    public async Task Continue_IsNotUsed_WhereNoTargetIsKnownToAcceptIt_NorAfterAToolCall_NorWithReasoning()
    {
        foreach (var (accepts, call, effort) in new (bool?, AIContent?, ReasoningEffort?)[] { (null, null, null), (false, null, null), (true, new FunctionCallContent("1", "f"), null), (true, null, ReasoningEffort.High) })
        {
            var (a, b) = (new TestBackend("a"), new TestBackend("b").With(new ModelDescriptor("m2") { AcceptsPrefill = accepts }));
            a["m1"].Stream(_ => Play("first", Answer[..25], Cut(), first: call));
            await using var gateway = Gateway(a, b, StreamRecovery.Continue);

            var failure = await Assert.ThrowsAsync<RequestFailedException>(() => CollectAsync(gateway, effort is null ? null : new ChatOptions { Reasoning = new ReasoningOptions { Effort = effort } }));

            Assert.Equal(RequestFailureKind.Incomplete, failure.Kind);
            Assert.Empty(b["m2"].Calls);
        }
    }

    [Fact]
    public async Task Restart_IsNotUsed_ForAConsumerThatDoesNotUnderstandIt()
    {
        var (a, b) = (new TestBackend("a"), new TestBackend("b"));
        a["m1"].Stream(_ => Play("first", Answer[..25], Cut()));
        await using var gateway = Gateway(a, b, StreamRecovery.Restart);

        var failure = await Assert.ThrowsAsync<RequestFailedException>(() => CollectAsync(gateway));

        Assert.Equal(Answer[..25], failure.PartialText);
        Assert.Empty(b["m2"].Calls);
    }

    [Fact]
    public async Task Restart_ThatNeverBegins_LeavesThePart_WithoutANotice()
    {
        var (a, b) = (new TestBackend("a"), new TestBackend("b"));
        a["m1"].Stream(_ => Play("first", Answer[..25], Cut()));
        for (var i = 0; i < 6; i++)
        {
            a["m1"].Throw(Scripted.Error(BackendErrorKind.Overloaded));
            b["m2"].Throw(Scripted.Error(BackendErrorKind.Overloaded));
        }

        await using var gateway = Gateway(a, b, StreamRecovery.Restart);
        var seen = new List<ChatResponseUpdate>();

        var failure = await Assert.ThrowsAsync<RequestFailedException>(() => gateway.Clock.RunAsync(async () =>
        {
            await foreach (var update in gateway.Chat.GetStreamingResponseAsync("Hello", new SiraChatOptions { AcceptsRestart = true }))
            {
                seen.Add(update);
            }
        }));

        Assert.Equal(Answer[..25], failure.PartialText);
        Assert.DoesNotContain(seen, update => update.IsRestart());
        Assert.Equal(4, failure.Decision!.Attempts.Count);
    }

    [Fact]
    public async Task Hold_DeliversNothingOfAnAnswerThatBreaks()
    {
        var (a, b) = (new TestBackend("a"), new TestBackend("b"));
        a["m1"].Stream(_ => Play("first", Answer[..25], Scripted.Error(BackendErrorKind.Truncated)));
        b["m2"].Stream(_ => Play("second", "Another answer."));
        await using var gateway = Gateway(a, b, StreamRecovery.Hold);

        var response = (await CollectAsync(gateway)).ToChatResponse();

        Assert.Equal("Another answer.", response.Text);
        Assert.Equal(9, response.Usage!.OutputTokenCount);
    }

    [Fact]
    public async Task RequestsOwnPolicy_ReplacesTheRoutes_EvenByNone()
    {
        var (a, b) = (new TestBackend("a"), new TestBackend("b"));
        a["m1"].Stream(_ => Play("first", Answer[..25], Cut()));
        b["m2"].Stream(_ => Play("second", Answer));
        await using var gateway = Gateway(a, b, StreamRecovery.ResumeVerified);

        await Assert.ThrowsAsync<RequestFailedException>(() => CollectAsync(gateway, new SiraChatOptions { Routing = new RoutingOptions { StreamRecovery = [] } }));
    }

    [Fact]
    public async Task SingleTarget_IsAskedAgain()
    {
        var (a, b) = (new TestBackend("a"), new TestBackend("b"));
        a["m1"].Stream(_ => Play("first", Answer[..25], Scripted.Error(BackendErrorKind.Truncated))).Stream(_ => Play("second", Answer));
        await using var gateway = new TestGateway(sira => sira.AddRoute("default", route => route.To("a/m1").Configure(options => options.StreamRecovery = [StreamRecovery.ResumeVerified])), a, b);

        Assert.Equal(Answer, (await CollectAsync(gateway)).ToChatResponse().Text);
    }

    [Fact]
    public async Task RefusalByContentPolicy_InTheMiddle_IsNotRoutedAround()
    {
        var (a, b) = (new TestBackend("a"), new TestBackend("b"));
        a["m1"].Stream(_ => Play("first", Answer[..25], Scripted.Error(BackendErrorKind.ContentPolicy)));
        await using var gateway = Gateway(a, b, StreamRecovery.ResumeVerified);

        var failure = await Assert.ThrowsAsync<RequestFailedException>(() => CollectAsync(gateway));

        Assert.Equal(BackendErrorKind.ContentPolicy, failure.BackendError);
        Assert.Empty(b["m2"].Calls);
    }
}
