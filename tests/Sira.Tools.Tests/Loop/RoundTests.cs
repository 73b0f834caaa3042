using Microsoft.Extensions.AI;
using Sira.Requests;
using Sira.Testing;
using static Sira.Tools.Tests.Plan;

namespace Sira.Tools.Tests.Loop;

public sealed class RoundTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Ask_OneCall_RunsItAndReturnsEveryMessage(bool streaming)
    {
        using var script = new ScriptedChatClient().Reply(Call("1", "add", ("a", 2), ("b", 3))).Reply("five");

        var response = await Client(script).AskAsync(streaming, "2+3?", With(Add));

        Assert.Equal(["assistant: call 1 add(a=2, b=3)✓", "tool: result 1 5", "assistant: five"], Render(response.Messages));
        Assert.Equal(["user: 2+3?"], Render(script.Calls[0].Messages));
        Assert.Equal(["user: 2+3?", "assistant: call 1 add(a=2, b=3)✓", "tool: result 1 5"], Render(script.Calls[1].Messages));
        Assert.All(script.Calls, call => Assert.Equal(streaming, call.Streaming));
        Assert.Equal((0, 0), (script.StepsLeft, script.OpenStreams));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Ask_SeveralRounds_KeepsTextReasoningAndSignatures(bool streaming)
    {
        using var script = new ScriptedChatClient()
            .Reply(new TextReasoningContent("hm") { ProtectedData = "sig" }, new TextContent("let me see"), Call("1", "a"), Call("2", "b"))
            .Reply(Call("3", "a"))
            .Reply("done");

        var response = await Client(script).AskAsync(streaming, "go", With(Echo("a"), Echo("b")));

        string[] expected =
        [
            "assistant: think hm[sig] | let me see | call 1 a()✓ | call 2 b()✓",
            "tool: result 1 a! | result 2 b!",
            "assistant: call 3 a()✓",
            "tool: result 3 a!",
            "assistant: done",
        ];
        Assert.Equal(expected, Render(response.Messages));
        Assert.Equal(["user: go", .. expected[..4]], Render(script.Calls[2].Messages));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Ask_SeveralRounds_SumsUsageAndTakesTheRestFromTheLast(bool streaming)
    {
        using var script = new ScriptedChatClient()
            .Reply(new ChatResponse(new ChatMessage(ChatRole.Assistant, [Call("1", "a")]) { MessageId = "m1" })
            {
                ResponseId = "r1", ModelId = "model-1", FinishReason = ChatFinishReason.ToolCalls,
                Usage = new UsageDetails { InputTokenCount = 10, OutputTokenCount = 5, TotalTokenCount = 15, AdditionalCounts = new() { ["x"] = 1 } },
            })
            .Reply(new ChatResponse(new ChatMessage(ChatRole.Assistant, "done") { MessageId = "m2" })
            {
                ResponseId = "r2", ModelId = "model-2", FinishReason = ChatFinishReason.Stop,
                CreatedAt = DateTimeOffset.UnixEpoch.AddYears(50),
                AdditionalProperties = new() { ["route"] = "b" },
                Usage = new UsageDetails { InputTokenCount = 20, OutputTokenCount = 7, TotalTokenCount = 27, CachedInputTokenCount = 3, AdditionalCounts = new() { ["x"] = 2 } },
            });

        var response = await Client(script).AskAsync(streaming, "go", With(Echo("a")));

        Assert.Equal(("r2", "model-2", ChatFinishReason.Stop), (response.ResponseId, response.ModelId, response.FinishReason!.Value));
        Assert.Equal(DateTimeOffset.UnixEpoch.AddYears(50), response.CreatedAt);
        Assert.Equal("b", response.AdditionalProperties!["route"]);
        Assert.Equal((30, 12, 42, 3), (response.Usage!.InputTokenCount, response.Usage.OutputTokenCount, response.Usage.TotalTokenCount, response.Usage.CachedInputTokenCount));
        Assert.Equal(3, response.Usage.AdditionalCounts!["x"]);
        Assert.Equal(["m1", null, "m2"], response.Messages.Select(message => message.MessageId));
    }

    [Fact]
    public async Task GetResponse_NoCall_ReturnsTheInnerResponseItself()
    {
        var answer = new ChatResponse(new ChatMessage(ChatRole.Assistant, "hello"));
        using var inner = new FixedChatClient(answer);

        Assert.Same(answer, await new FunctionCallingChatClient(inner).GetResponseAsync("hi", With(Add)));
        Assert.Same(answer, await new FunctionCallingChatClient(inner).GetResponseAsync("hi"));
    }

    [Fact]
    public async Task GetResponse_NoTools_CostsNothing()
    {
        using var inner = new FixedChatClient(new ChatResponse());
        using var client = new FunctionCallingChatClient(inner);
        List<ChatMessage> messages = [new(ChatRole.System, "brief"), new(ChatRole.User, "hi")];
        var options = new ChatOptions();
        Assert.Same(inner.Task, client.GetResponseAsync(messages, options));

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
        {
            _ = client.GetResponseAsync(messages, options);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        await inner.Task;
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Ask_ContinuationToken_IsForTheFirstRoundOnly(bool streaming)
    {
        using var script = new ScriptedChatClient().Reply(Call("1", "a")).Reply("done");
        var options = With(Echo("a"));
        options.ContinuationToken = ResponseContinuationToken.FromBytes(new byte[] { 1 });

        await Client(script).AskAsync(streaming, "go", options);

        Assert.Same(options.ContinuationToken, script.Calls[0].Options!.ContinuationToken);
        Assert.Null(script.Calls[1].Options!.ContinuationToken);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Ask_CallWithProviderData_KeepsItInTheHistory(bool streaming)
    {
        // Gemini's thought signatures, for one, stand on the call and must come back with it.
        var raw = new object();
        var call = Call("1", "a");
        call.AdditionalProperties = new() { ["signature"] = "s" };
        call.RawRepresentation = raw;
        using var script = new ScriptedChatClient().Reply(call).Reply("done");

        await Client(script).AskAsync(streaming, "go", With(Echo("a")));

        var sent = Assert.IsType<FunctionCallContent>(script.Calls[1].Messages[1].Contents[0]);
        Assert.Equal("s", sent.AdditionalProperties!["signature"]);
        Assert.Same(raw, sent.RawRepresentation);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Ask_SharedInnerContents_AreNotChanged(bool streaming)
    {
        var call = Call("1", "a");
        var message = new ChatMessage(ChatRole.Assistant, [call]);
        using var script = new ScriptedChatClient().Reply(new ChatResponse(message)).Reply("done");

        await Client(script).AskAsync(streaming, "go", With(Echo("a")));

        Assert.False(call.InformationalOnly);
        Assert.Same(call, Assert.Single(message.Contents));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Ask_CallersMessagesAndOptions_AreNotChanged(bool streaming)
    {
        using var script = new ScriptedChatClient().Reply(Call("1", "a")).Reply("done");
        List<ChatMessage> messages = [new(ChatRole.User, "go")];
        var options = With(Echo("a"));
        options.ToolMode = ChatToolMode.RequireAny;

        await Client(script, o => o.Tools.Add(Echo("b"))).AskAsync(streaming, messages, options);

        Assert.Single(messages);
        Assert.Single(options.Tools!);
        Assert.Equal(ChatToolMode.RequireAny, options.ToolMode);
        Assert.Null(options.AdditionalProperties);
        Assert.All(script.Calls, call => Assert.NotSame(options, call.Options));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Ask_RequiredToolMode_IsAutomaticAfterTheFirstRound(bool streaming)
    {
        using var script = new ScriptedChatClient().Reply(Call("1", "a")).Reply(Call("2", "a")).Reply("done");
        var options = With(Echo("a"));
        options.ToolMode = ChatToolMode.RequireSpecific("a");

        await Client(script).AskAsync(streaming, "go", options);

        Assert.Equal([ChatToolMode.RequireSpecific("a"), ChatToolMode.Auto, ChatToolMode.Auto], script.Calls.Select(call => call.Options!.ToolMode));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Ask_ConversationId_SendsOnlyTheResults(bool streaming)
    {
        using var script = new ScriptedChatClient()
            .Reply(new ChatResponse(new ChatMessage(ChatRole.Assistant, [Call("1", "a")])) { ConversationId = "c1" })
            .Reply(new ChatResponse(new ChatMessage(ChatRole.Assistant, [Call("2", "a")])) { ConversationId = "c2" })
            .Reply(new ChatResponse(new ChatMessage(ChatRole.Assistant, "done")) { ConversationId = "c3" });

        var response = await Client(script).AskAsync(streaming, "go", With(Echo("a")));

        Assert.Equal([null, "c1", "c2"], script.Calls.Select(call => call.Options!.ConversationId));
        Assert.Equal(["tool: result 1 a!"], Render(script.Calls[1].Messages));
        Assert.Equal(["tool: result 2 a!"], Render(script.Calls[2].Messages));
        Assert.Equal("c3", response.ConversationId);
        Assert.Equal(5, response.Messages.Count);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Ask_ConversationIdVanishes_SendsTheWholeHistoryWithoutIt(bool streaming)
    {
        using var script = new ScriptedChatClient()
            .Reply(new ChatResponse(new ChatMessage(ChatRole.Assistant, [Call("1", "a")])) { ConversationId = "c1" })
            .Reply(Call("2", "a"))
            .Reply("done");

        await Client(script).AskAsync(streaming, "go", With(Echo("a")));

        Assert.Null(script.Calls[2].Options!.ConversationId);
        Assert.Equal(
            ["user: go", "assistant: call 1 a()✓", "tool: result 1 a!", "assistant: call 2 a()✓", "tool: result 2 a!"],
            Render(script.Calls[2].Messages));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Ask_PlainOptions_AllRoundsShareOneNewRequest(bool streaming)
    {
        using var script = new ScriptedChatClient().Reply(Call("1", "a")).Reply("done");

        await Client(script).AskAsync(streaming, "go", With(Echo("a")));

        var first = RequestContext.Find(script.Calls[0].Options);
        Assert.NotNull(first);
        Assert.Same(first, RequestContext.Find(script.Calls[1].Options));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Ask_OptionsOfARequest_KeepIt(bool streaming)
    {
        using var script = new ScriptedChatClient().Reply(Call("1", "a")).Reply("done");
        var request = new RequestContext(0) { Tenant = "acme" };
        var options = new SiraChatOptions { Request = request, Tools = [Echo("a")], Temperature = 0.5f };

        await Client(script).AskAsync(streaming, "go", options);

        Assert.All(script.Calls, call => Assert.Same(request, Assert.IsType<SiraChatOptions>(call.Options).Request));
        Assert.All(script.Calls, call => Assert.Equal(0.5f, call.Options!.Temperature));
    }

    [Fact]
    public async Task GetResponse_ForeignOptionsSubclass_IsKeptAndCarriesTheRequest()
    {
        using var script = new ScriptedChatClient().Reply(Call("1", "a")).Reply("done");

        await Client(script).GetResponseAsync("go", new ForeignOptions { Tools = [Echo("a")] });

        Assert.All(script.Calls, call => Assert.IsType<ForeignOptions>(call.Options));
        Assert.NotNull(RequestContext.Find(script.Calls[0].Options));
        Assert.Same(RequestContext.Find(script.Calls[0].Options), RequestContext.Find(script.Calls[1].Options));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Ask_LazyMessages_AreReadOnce(bool streaming)
    {
        using var script = new ScriptedChatClient().Reply(Call("1", "a")).Reply("done");
        var readings = 0;
        IEnumerable<ChatMessage> Messages()
        {
            readings++;
            yield return new ChatMessage(ChatRole.User, "go");
        }

        await Client(script).AskAsync(streaming, Messages(), With(Echo("a")));

        Assert.Equal(1, readings);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Ask_ConfiguredTools_AreOfferedAndHiddenByTheRequestsOwn(bool streaming)
    {
        using var script = new ScriptedChatClient().Reply(Call("1", "a"), Call("2", "b")).Reply("done");
        var own = AIFunctionFactory.Create(() => "own", "a");

        var response = await Client(script, o => { o.Tools.Add(Echo("a")); o.Tools.Add(Echo("b")); }).AskAsync(streaming, "go", With(own));

        Assert.Equal(["a", "b"], script.Calls[0].Options!.Tools!.Select(tool => tool.Name));
        Assert.Same(own, script.Calls[0].Options!.Tools![0]);
        Assert.Equal("tool: result 1 own | result 2 b!", Render(response.Messages)[1]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Ask_ToolsNotOffered_AreRunAllTheSame(bool streaming)
    {
        using var script = new ScriptedChatClient().Reply(Call("1", "b")).Reply("done");

        var response = await Client(script, o => { o.Tools.Add(Echo("b")); o.OfferTools = false; }).AskAsync(streaming, "go");

        Assert.Null(script.Calls[0].Options!.Tools);
        Assert.Equal("tool: result 1 b!", Render(response.Messages)[1]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Ask_InnerFails_ItsExceptionComesThrough(bool streaming)
    {
        using var script = new ScriptedChatClient().Reply(Call("1", "a")).Throw(new HttpRequestException("down"));

        var error = await Assert.ThrowsAsync<HttpRequestException>(() => Client(script).AskAsync(streaming, "go", With(Echo("a"))));

        Assert.Equal("down", error.Message);
        Assert.Equal(0, script.OpenStreams);
    }

    private sealed class ForeignOptions : ChatOptions
    {
        public ForeignOptions()
        {
        }

        private ForeignOptions(ForeignOptions other)
            : base(other)
        {
        }

        public override ChatOptions Clone() => new ForeignOptions(this);
    }

    private sealed class FixedChatClient(ChatResponse response) : IChatClient
    {
        public Task<ChatResponse> Task { get; } = System.Threading.Tasks.Task.FromResult(response);

        public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) => Task;

        public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) => throw new NotSupportedException();

        public object? GetService(Type serviceType, object? serviceKey = null) => null;

        public void Dispose()
        {
        }
    }
}
