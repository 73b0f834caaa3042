using System.Text;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Sira.Decisions;
using Sira.Errors;
using Sira.Gateway.Configuration;
using Sira.Tests.Features.Support;

namespace Sira.Tests.Features;

/// <summary>Answers that are spoiled node by node. What comes out is a whole answer or a typed error, and an answer that came out spoils neither the bill nor the next request.</summary>
public class HostileAnswerTests
{
    private static readonly WireAnswer Rich = new()
    {
        Reasoning = "Let me think.",
        Signature = "c2lnbmF0dXJl",
        Text = "Hello.",
        Citation = "https://example.com/",
        Calls = [("call_1", "weather", """{"city":"Rome"}"""), ("call_2", "weather", """{"city":"Oslo"}""")],
    };

    private static readonly BackendErrorKind[] Sane =
    [
        BackendErrorKind.MalformedResponse, BackendErrorKind.Truncated, BackendErrorKind.ServerError, BackendErrorKind.ContentPolicy, BackendErrorKind.RateLimited, BackendErrorKind.BadRequest,
        BackendErrorKind.Overloaded,
    ];

    public static TheoryData<string> Backends => new("openai", "openrouter", "responses", "anthropic", "gemini");

    public static TheoryData<string> Streams => new("openrouter", "responses", "anthropic", "gemini");

    [Theory]
    [MemberData(nameof(Backends))]
    public async Task SpoiledAnswer_IsReadOrTyped(string backend)
    {
        var wire = FeatureSira.WireOf(backend);
        await CheckAsync(backend, streaming: false, JsonMutations.Of(Rich.Write(wire, streaming: false)));
        await CheckAsync(backend, streaming: false, JsonMutations.Of(new WireAnswer { Refusal = "No.", End = wire == "responses" ? "stop" : "filter" }.Write(wire, streaming: false)));
    }

    [Theory]
    [MemberData(nameof(Streams))]
    public async Task SpoiledStream_IsReadOrTyped(string backend)
    {
        var wire = FeatureSira.WireOf(backend);
        var events = Rich.Write(wire, streaming: true).Split("\n\n", StringSplitOptions.RemoveEmptyEntries);
        var all = new List<(string, string)>();
        var seen = new HashSet<string>();
        for (var i = 0; i < events.Length; i++)
        {
            var start = events[i].IndexOf("data: ", StringComparison.Ordinal) + "data: ".Length;
            if (events[i][start] == '{')
            {
                var at = i;
                all.AddRange(JsonMutations.Of(events[i][start..], seen).Select(spoiled =>
                    ($"event {at}: {spoiled.Name}", string.Concat(events.Select((text, index) => (index == at ? text[..start] + spoiled.Json : text) + "\n\n")))));
            }

            all.AddRange(
            [
                ($"event {i} left out", string.Concat(events.Where((_, index) => index != i).Select(static text => text + "\n\n"))),
                ($"event {i} twice", string.Concat(events.Select((text, index) => (index == i ? text + "\n\n" + text : text) + "\n\n"))),
                ($"ends after event {i}", string.Concat(events.Take(i + 1).Select(static text => text + "\n\n"))),
                ($"event {i} last", string.Concat(events.Where((_, index) => index != i).Append(events[i]).Select(static text => text + "\n\n"))),
            ]);
        }

        await CheckAsync(backend, streaming: true, all);
    }

    [Theory]
    [MemberData(nameof(Backends))]
    public async Task SpoiledError_KeepsWhatItsStatusSays(string backend)
    {
        const string Error = """
            {"type":"error","request_id":"r","error":{"type":"invalid_request_error","code":"bad","status":"INVALID_ARGUMENT","message":"No.","param":"x","metadata":{"raw":"{}","reasons":["a"]},"innererror":{"code":"c"},
             "details":[{"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"1s"},{"@type":"type.googleapis.com/google.rpc.QuotaFailure","violations":[{"quotaId":"q","quotaValue":"1"}]}]}}
            """;
        await using var sira = new FeatureSira(backend, route => route.Retry(retry => retry.MaxAttempts = 1));
        var wrong = new List<string>();
        foreach (var (status, expected) in ((int, BackendErrorKind[])[])
            [(400, [BackendErrorKind.BadRequest]), (401, [BackendErrorKind.Authentication, BackendErrorKind.BadRequest]), (429, [BackendErrorKind.RateLimited, BackendErrorKind.BadRequest]), (500, [BackendErrorKind.ServerError, BackendErrorKind.BadRequest])])
        {
            foreach (var (name, body) in JsonMutations.Of(Error).Append(("array", $"[{Error}]")).Append(("html", "<html>502</html>")).Append(("empty", string.Empty)))
            {
                sira.Provider.Reply(body, streaming: false, status);
                var thrown = await Record.ExceptionAsync(() => sira.AskAsync(streaming: false));
                if (thrown is not RequestFailedException { BackendError: { } kind } || !expected.Contains(kind))
                {
                    wrong.Add($"{status} {name}: {(thrown as RequestFailedException)?.BackendError} {thrown?.Message}");
                }
            }
        }

        Assert.True(wrong.Count == 0, string.Join(Environment.NewLine, wrong.Take(12)));
    }

    // Failures must neither be retried nor take a target out of order: each answer is looked at by itself.
    private static FeatureSira Create(string backend) => new(
        [.. new[] { backend, "openai", "responses", "anthropic", "gemini" }.Distinct()],
        route => route.Retry(retry => retry.MaxAttempts = 1),
        builder => builder.ConfigureGateway(options => options.Breaker = options.Breaker with { ConsecutiveFailures = 0, MinimumThroughput = 1_000_000 }));

    private static async Task CheckAsync(string backend, bool streaming, IEnumerable<(string Name, string Body)> spoiled)
    {
        await using var sira = Create(backend);
        var wrong = new List<string>();
        var turn = 0;
        foreach (var (name, body) in spoiled)
        {
            sira[backend].Reply(body, streaming);
            try
            {
                var response = await sira.AskAsync(streaming, Options(backend));
                Judge(response, name, wrong);
                await ContinueAsync(sira, backend, response, turn++);
            }
            catch (RequestFailedException exception) when (exception.BackendError is { } kind && Sane.Contains(kind))
            {
                // Typed, as it should be.
            }
            catch (Exception exception)
            {
                wrong.Add($"{name}: {exception.GetType().Name}: {exception.Message}{Environment.NewLine}{exception.InnerException?.InnerException ?? exception.InnerException}");
            }
        }

        Assert.True(wrong.Count == 0, $"{wrong.Count}:{Environment.NewLine}{string.Join(Environment.NewLine, wrong.Take(12))}");
    }

    private static void Judge(ChatResponse response, string name, List<string> wrong)
    {
        if (response.FinishReason is null && response.ContinuationToken is null)
        {
            wrong.Add($"{name}: no finish reason");
        }

        if (response.Usage is { } usage && (usage.InputTokenCount < 0 || usage.OutputTokenCount < 0 || usage.TotalTokenCount < 0 || usage.CachedInputTokenCount < 0 || usage.ReasoningTokenCount < 0
            || usage.AdditionalCounts?.Values.Any(static count => count < 0) == true))
        {
            wrong.Add($"{name}: negative usage");
        }

        if (response.GetRouteDecision()!.Cost < 0)
        {
            wrong.Add($"{name}: negative cost");
        }

        _ = response.GetRouteDecision()!.ToString();
        foreach (var content in response.Messages.SelectMany(static message => message.Contents).OfType<FunctionCallContent>())
        {
            if (string.IsNullOrWhiteSpace(content.Name) || string.IsNullOrWhiteSpace(content.CallId))
            {
                wrong.Add($"{name}: a call without {(string.IsNullOrWhiteSpace(content.Name) ? "name" : "id")}");
            }
        }
    }

    /// <summary>Sends what came out back, to the same provider and to the others.</summary>
    private static async Task ContinueAsync(FeatureSira sira, string backend, ChatResponse response, int turn)
    {
        var calls = response.Messages.SelectMany(static message => message.Contents).OfType<FunctionCallContent>();
        ChatMessage[] history =
        [
            new(ChatRole.User, "Hi"), .. response.Messages,
            new(ChatRole.Tool, [.. calls.Select(static call => new FunctionResultContent(call.CallId, "Sunny."))]),
            new(ChatRole.User, "And?"),
        ];
        // Every answer goes back to its provider, and to the others in turn.
        foreach (var next in (string[])[backend, FeatureSira.Wires[turn % FeatureSira.Wires.Length]])
        {
            await sira.AskAsync(streaming: false, Options(next), history);
        }
    }

    private static ChatOptions Options(string backend) => new() { ModelId = FeatureSira.Target(backend, null), Tools = [RequestFeature.Weather] };
}
