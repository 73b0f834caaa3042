using Microsoft.Extensions.AI;
using Sira.Decisions;
using Sira.Errors;
using Sira.Gateway.Caching;
using Sira.Gateway.Tests.Caching.Support;
using Sira.Gateway.Tests.Support;
using Sira.Pipeline;
using Sira.Requests;
using Sira.Testing;

namespace Sira.Gateway.Tests.Caching;

/// <summary>What is stored and what is not.</summary>
public class StoreTests
{
    private static ChatResponse Answer(ChatFinishReason? finish, params AIContent[] contents) => new(new ChatMessage(ChatRole.Assistant, [.. contents])) { FinishReason = finish };

    private static readonly Dictionary<string, Func<ChatResponse>> Unstorable = new()
    {
        ["truncated"] = () => Answer(ChatFinishReason.Length, new TextContent("half an ans")),
        ["filtered"] = () => Answer(ChatFinishReason.ContentFilter, new TextContent("text")),
        ["tool calls"] = () => Answer(ChatFinishReason.ToolCalls, new FunctionCallContent("1", "tool")),
        ["tool calls that say they are done"] = () => Answer(ChatFinishReason.Stop, new TextContent("text"), new FunctionCallContent("1", "tool")),
        ["tool calls that were run"] = () => new ChatResponse([new(ChatRole.Assistant, [new FunctionCallContent("1", "tool") { InformationalOnly = true }]), new(ChatRole.Tool, [new FunctionResultContent("1", "result")]), new(ChatRole.Assistant, "text")]) { FinishReason = ChatFinishReason.Stop },
        ["an approval to be given"] = () => Answer(ChatFinishReason.Stop, new TextContent("text"), new ToolApprovalRequestContent("1", new FunctionCallContent("1", "tool"))),
        ["a tool of the provider"] = () => Answer(ChatFinishReason.Stop, new TextContent("text"), new WebSearchToolCallContent("1")),
        ["a refusal"] = () => Answer(ChatFinishReason.Stop, new TextContent("text"), new ErrorContent("refused")),
        ["an unknown content"] = () => Answer(ChatFinishReason.Stop, new TextContent("text"), new OwnContent()),
        ["empty"] = () => Answer(ChatFinishReason.Stop),
        ["blank"] = () => Answer(ChatFinishReason.Stop, new TextContent(" \n")),
        ["thoughts only"] = () => Answer(ChatFinishReason.Stop, new TextReasoningContent("thought")),
        ["state at the provider"] = () => new ChatResponse(new ChatMessage(ChatRole.Assistant, "text")) { FinishReason = ChatFinishReason.Stop, ConversationId = "conversation" },
        ["too large"] = () => Answer(ChatFinishReason.Stop, new TextContent(new string('x', 2000))),
        ["a property that JSON would lose"] = () => new ChatResponse(new ChatMessage(ChatRole.Assistant, "text")) { FinishReason = ChatFinishReason.Stop, AdditionalProperties = new() { ["own"] = new object() } },
        ["a number that JSON cannot write"] = () => Answer(ChatFinishReason.Stop, new TextContent("text") { AdditionalProperties = new() { ["own"] = double.NaN } }),
        ["degraded"] = () => new ChatResponse(new ChatMessage(ChatRole.Assistant, "text")) { FinishReason = ChatFinishReason.Stop, AdditionalProperties = new() { [RouteDecision.PropertyName] = new DegradedDecision() } },
    };

    public static TheoryData<string, bool> Cases => [.. Unstorable.Keys.SelectMany(name => new[] { (name, false), (name, true) })];

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task AnswerThatIsNotForEverybody_IsNotStored(string name, bool streaming)
    {
        var inner = new ScriptedChatClient().Reply(_ => Unstorable[name]()).Reply(_ => Unstorable[name]()).Reply("good");
        var chat = new SiraPipelineBuilder(inner).UseCache(cache => cache.MaxEntryBytes = 1024).Build();

        for (var i = 0; i < 2; i++)
        {
            var response = await Ask(chat, streaming);
            Assert.Equal(CacheOutcome.Miss, response.GetCacheStatus()!.Outcome);
        }

        // The cache itself works.
        Assert.Equal("good", (await Ask(chat, streaming)).Text);
        Assert.Equal(CacheOutcome.Hit, (await Ask(chat, streaming)).GetCacheStatus()!.Outcome);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task AnswerWithoutFinishReason_IsNotStored(bool streaming)
    {
        var inner = new ScriptedChatClient().Reply(_ => Answer(null, new TextContent("text"))).Reply("good");
        var chat = new SiraPipelineBuilder(inner).UseCache().Build();

        Assert.Equal("text", (await Ask(chat, streaming)).Text);
        Assert.Equal("good", (await Ask(chat, streaming)).Text);
    }

    [Fact]
    public async Task UnfinishedBackgroundAnswer_IsNotStored()
    {
        var inner = new ScriptedChatClient().Stream(new ChatResponseUpdate(ChatRole.Assistant, "text") { FinishReason = ChatFinishReason.Stop, ContinuationToken = ResponseContinuationToken.FromBytes(new byte[] { 1 }) }).Reply("good");
        var chat = new SiraPipelineBuilder(inner).UseCache().Build();

        await Ask(chat, streaming: true);
        Assert.Equal("good", (await Ask(chat, streaming: true)).Text);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Error_IsNotStored(bool streaming)
    {
        await using var gateway = new CacheGateway();
        gateway.Model.Answer = number => number == 1 ? throw Scripted.Error(BackendErrorKind.BadRequest) : CountedModel.Text("good");

        await Assert.ThrowsAsync<RequestFailedException>(() => gateway.AskAsync(streaming: streaming));
        Assert.Equal("good", (await gateway.AskAsync(streaming: streaming)).Text);
        Assert.Equal([false, true], gateway.Misses.Select(miss => miss.IsStored));
        gateway.AssertIdle();
    }

    [Fact]
    public async Task StreamThatBreaks_IsNotStored()
    {
        await using var gateway = new CacheGateway();
        gateway.Model.Answer = number => number == 1 ? new ChatResponse(new ChatMessage(ChatRole.Assistant, "broken off")) : CountedModel.Text("good");

        var exception = await Assert.ThrowsAsync<RequestFailedException>(() => gateway.AskAsync(streaming: true));

        Assert.Equal((RequestFailureKind.Incomplete, "broken off"), (exception.Kind, exception.PartialText));
        Assert.Equal("good", (await gateway.AskAsync(streaming: true)).Text);
        gateway.AssertIdle();
    }

    [Fact]
    public async Task StreamThatBeganAnew_IsStoredWithoutWhatWasDiscarded()
    {
        var inner = new ScriptedChatClient().Stream(new ChatResponseUpdate(ChatRole.Assistant, "discarded"), StreamRestart.Create(), new ChatResponseUpdate(ChatRole.Assistant, "valid") { FinishReason = ChatFinishReason.Stop });
        var chat = new SiraPipelineBuilder(inner).UseCache().Build();

        await Ask(chat, streaming: true);
        var hit = await Ask(chat, streaming: false);

        Assert.Equal("valid", hit.Text);
        Assert.False(hit.AdditionalProperties!.ContainsKey(StreamRestart.PropertyName));
    }

    [Fact]
    public async Task InnerClientThatAnswersNull_IsNotHidden()
    {
        var chat = new SiraPipelineBuilder(new DelegateChatClient((_, _) => Task.FromResult<ChatResponse>(null!))).UseCache().Build();

        Assert.Null(await chat.GetResponseAsync("x"));
    }

    [Fact]
    public async Task InnerClientThatThrowsAtOnce_IsNotHidden()
    {
        var chat = new SiraPipelineBuilder(new DelegateChatClient()).UseCache().Build();

        await Assert.ThrowsAsync<NotSupportedException>(() => Ask(chat, streaming: false));
        await Assert.ThrowsAsync<NotSupportedException>(() => Ask(chat, streaming: true));
    }

    private static Task<ChatResponse> Ask(IChatClient chat, bool streaming) =>
        streaming ? chat.GetStreamingResponseAsync("What is a bridge?").ToChatResponseAsync() : chat.GetResponseAsync("What is a bridge?");

    private sealed class OwnContent : AIContent;

    private sealed class DegradedDecision : RouteDecision
    {
        public override string Route => "r";

        public override string Strategy => "s";

        public override long SnapshotVersion => 1;

        public override IReadOnlyList<RouteCandidate> Candidates => [];

        public override IReadOnlyList<RouteAttempt> Attempts => [];

        public override string? Target => null;

        public override long EstimatedInputTokens => 0;

        public override decimal? Cost => 0;

        public override DegradedMode Degraded => DegradedMode.SmallerModel;

        public override string ToString() => "degraded";
    }
}
