using Microsoft.Extensions.AI;
using Sira.Session.History;
using Sira.Tokens;

namespace Sira.Session.Tests.Context;

/// <summary>Writes a history, message by message.</summary>
internal sealed class Conversation(string id = "s1")
{
    private readonly List<SessionMessage> messages = [];
    private readonly List<SessionSummary> summaries = [];
    private long turn;

    public long Version { get; set; }

    public IReadOnlyList<SessionMessage> Messages => messages;

    public SessionHistory History => new(id, Version, [.. messages], [.. summaries]);

    public Conversation Turn()
    {
        turn = Version + 1;
        return this;
    }

    public Conversation User(string text) => Turn().Add(new ChatMessage(ChatRole.User, text));

    public Conversation Assistant(string text, bool isPartial = false) => Add(new ChatMessage(ChatRole.Assistant, text), isPartial);

    public Conversation Call(params string[] ids) => Add(new ChatMessage(ChatRole.Assistant, [.. ids.Select(id => new FunctionCallContent(id, "look", new Dictionary<string, object?> { ["at"] = id }))]));

    public Conversation Result(string id, string text = "found") => Add(new ChatMessage(ChatRole.Tool, [new FunctionResultContent(id, text)]));

    public Conversation Summary(long from, long to, string text, int level = 0)
    {
        summaries.Add(new SessionSummary(++Version, from, to, text, (int)TokenEstimator.Instance.Estimate(text, null)) { Level = level, Compactor = "test" });
        return this;
    }

    public Conversation Add(ChatMessage message, bool isPartial = false)
    {
        var header = new MessageHeader(++Version, turn, message.Role, Tokens(message))
        {
            IsPartial = isPartial,
            Calls = [.. message.Contents.Select(CallOf).OfType<string>()],
            Results = [.. message.Contents.Select(ResultOf).OfType<string>()],
        };
        messages.Add(new SessionMessage(header, message));
        return this;
    }

    public static string? CallOf(AIContent content) => content is FunctionCallContent call ? call.CallId : (content as ToolApprovalRequestContent)?.ToolCall.CallId;

    public static string? ResultOf(AIContent content) => content is FunctionResultContent result ? result.CallId : (content as ToolApprovalResponseContent)?.ToolCall.CallId;

    public static int Tokens(ChatMessage message) => (int)(TokenEstimator.Instance.Estimate([message], null, null) - TokenEstimator.Instance.Estimate([], null, null));

    /// <summary>A conversation of plain turns.</summary>
    public static Conversation Plain(int turns, int words = 40)
    {
        var conversation = new Conversation();
        for (var i = 1; i <= turns; i++)
        {
            conversation.User($"question {i} " + Words(words / 4, i)).Assistant($"answer {i} " + Words(words, i));
        }

        return conversation;
    }

    public static string Words(int count, int seed) => string.Join(' ', Enumerable.Range(0, count).Select(index => ((seed * 31) + index) % 7 < 3 ? "alpha" : "beta"));
}
