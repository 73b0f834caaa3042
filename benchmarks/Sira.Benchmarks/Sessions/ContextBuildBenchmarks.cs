using BenchmarkDotNet.Attributes;
using Microsoft.Extensions.AI;
using Sira.Session.Context;
using Sira.Session.History;

namespace Sira.Benchmarks.Sessions;

/// <summary>What it costs to choose what is sent of a thousand messages, of which some three hundred fit. Beside it what cannot be less: walking back over the headers and listing what fits.</summary>
public class ContextBuildBenchmarks
{
    private const int Messages = 1000;
    private const int Budget = 8_000;

    private SessionHistory history = null!;
    private IContextBuilder builder = null!;
    private ContextRequest request = null!;

    [Params(ContextBuilders.SlidingWindow, ContextBuilders.Summaries, ContextBuilders.Importance)]
    public string Builder { get; set; } = ContextBuilders.SlidingWindow;

    [GlobalSetup]
    public void SetUp()
    {
        var messages = new List<SessionMessage>(Messages);
        var summaries = new List<SessionSummary>();
        for (var version = 1L; version <= Messages; version += 4)
        {
            var id = $"call_{version}";
            Add(version, version, new ChatMessage(ChatRole.User, $"question {version}"));
            Add(version, version + 1, new ChatMessage(ChatRole.Assistant, [new FunctionCallContent(id, "look")]), calls: [id]);
            Add(version, version + 2, new ChatMessage(ChatRole.Tool, [new FunctionResultContent(id, "found")]), results: [id]);
            Add(version, version + 3, new ChatMessage(ChatRole.Assistant, $"answer {version}"));
        }

        for (var from = 1L; from + 39 < Messages - 40; from += 40)
        {
            summaries.Add(new SessionSummary(Messages + from, from, from + 39, "They talked of questions and answers.", 40));
        }

        history = new SessionHistory("s", Messages * 2, messages, summaries);
        builder = ContextBuilders.Create(Builder);
        request = new ContextRequest(history, new ContextBudget(Budget)) { NewMessages = [new ChatMessage(ChatRole.User, "and now?")] };

        void Add(long turn, long version, ChatMessage message, string[]? calls = null, string[]? results = null) =>
            messages.Add(new SessionMessage(new MessageHeader(version, turn, message.Role, 25) { Calls = calls ?? [], Results = results ?? [] }, message));
    }

    [Benchmark(Baseline = true)]
    public int HeadersFromTheEnd()
    {
        var first = history.Messages.Count;
        for (long tokens = 0; first > 0 && (tokens += history.Messages[first - 1].Header.Tokens) <= Budget; first--)
        {
        }

        var sent = new List<ChatMessage>(history.Messages.Count - first);
        for (var i = first; i < history.Messages.Count; i++)
        {
            sent.Add(history.Messages[i].Message);
        }

        return sent.Count;
    }

    [Benchmark]
    public async Task<int> Build() => (await builder.BuildAsync(request)).Messages.Count;
}
