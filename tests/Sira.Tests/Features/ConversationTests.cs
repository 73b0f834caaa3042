using System.Text.Json;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Sira.Tests.Features.Support;

namespace Sira.Tests.Features;

/// <summary>Conversations with reasoning and tools, on one provider and from one to another: what the next request says must be what its provider takes.</summary>
public class ConversationTests
{
    public static TheoryData<string> Backends => new(FeatureSira.All);

    [Theory]
    [MemberData(nameof(Backends))]
    public async Task ConversationThatMoves_StaysValidEverywhere(string from)
    {
        await using var sira = new FeatureSira(FeatureSira.All);
        var broken = new List<string>();
        foreach (var streaming in (bool[])[false, true])
        {
            foreach (var to in FeatureSira.All)
            {
                foreach (var stored in (bool[])[false, true])
                {
                    var history = await TakeFirstTurnAsync(sira, from, streaming);
                    history = stored ? Store(history) : history;
                    await AskAsync(sira, to, streaming, history);
                    var body = sira[to].Body;
                    var where = $"{from} → {to}{(streaming ? ", streamed" : string.Empty)}{(stored ? ", stored" : string.Empty)}: ";
                    broken.AddRange(RequestRules.Check(to, body).Select(rule => where + rule));
                    if (from != to && body.GetRawText().Contains("signature-of-", StringComparison.Ordinal))
                    {
                        broken.Add(where + "carries a foreign signature");
                    }
                }
            }
        }

        Assert.True(broken.Count == 0, string.Join(Environment.NewLine, broken.Distinct()));
    }

    [Theory]
    [InlineData("anthropic", """{"messages":[{"role":"user"},{"role":"assistant","content":[{"type":"thinking","thinking":"Let me think.","signature":"signature-of-anthropic"},{"type":"text","text":"I look."},{"type":"tool_use","id":"a.long_id:with-odd/characters-that-some-providers-refuse","name":"weather"},{"type":"tool_use"}]},{"role":"user","content":[{"type":"tool_result"},{"type":"tool_result"}]}]}""")]
    [InlineData("gemini", """{"contents":[{"role":"user"},{"role":"model","parts":[{"text":"Let me think.","thought":true},{"text":"I look."},{"functionCall":{"name":"weather","args":{"city":"Rome"}},"thoughtSignature":"signature-of-gemini"},{"functionCall":{"name":"weather"},"thoughtSignature":null}]},{"role":"user","parts":[{"functionResponse":{"name":"weather"}},{"functionResponse":{"name":"weather"}}]}]}""")]
    [InlineData("responses", """{"input":[{"role":"user"},{"type":"reasoning","id":"rs_1","summary":[{"type":"summary_text","text":"Let me think."}],"encrypted_content":"signature-of-responses"},{"role":"assistant","id":"msg_1"},{"type":"function_call","name":"weather"},{"type":"function_call"},{"type":"function_call_output"},{"type":"function_call_output"}]}""")]
    [InlineData("xai-responses", """{"input":[{"role":"user"},{"type":"reasoning","id":"rs_1","encrypted_content":"signature-of-xai-responses"},{"role":"assistant","id":"msg_1"},{"type":"function_call"},{"type":"function_call"},{"type":"function_call_output"},{"type":"function_call_output"}]}""")]
    [InlineData("openrouter", """{"messages":[{"role":"user"},{"role":"assistant","content":"I look.","reasoning_details":[{"type":"reasoning.encrypted","data":"signature-of-openrouter","index":0}]},{"role":"tool"},{"role":"tool"}]}""")]
    [InlineData("deepseek", """{"messages":[{"role":"user"},{"role":"assistant","content":"I look.","reasoning_content":"Let me think."},{"role":"tool"},{"role":"tool"}]}""")]
    [InlineData("ollama", """{"messages":[{"role":"user"},{"role":"assistant","content":"I look.","reasoning":"Let me think."},{"role":"tool"},{"role":"tool"}]}""")]
    [InlineData("openai", """{"messages":[{"role":"user"},{"role":"assistant","content":"I look.","tool_calls":[{"type":"function","function":{"name":"weather","arguments":"{\"city\":\"Rome\"}"}},{}]},{"role":"tool","content":"Sunny."},{"role":"tool","content":"Rainy."}]}""")]
    public async Task NextTurn_OnTheSameProvider_GivesReasoningBack(string backend, string expected)
    {
        foreach (var (streaming, stored) in ((bool, bool)[])[(false, false), (true, false), (false, true), (true, true)])
        {
            await using var sira = new FeatureSira(backend);
            var history = await TakeFirstTurnAsync(sira, backend, streaming);
            await AskAsync(sira, backend, streaming, stored ? Store(history) : history);

            var text = expected.Replace("\"a.long_id:with-odd/characters-that-some-providers-refuse\"", sira.Provider.Body.GetRawText().Contains("tool_use_id", StringComparison.Ordinal) ? IdOf(sira.Provider.Body) : "\"\"", StringComparison.Ordinal);
            JsonSubset.Assert(text, sira.Provider.Body);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task WholeConversation_OverFourProviders_WithToolsRunBySira(bool streaming)
    {
        string[] turns = ["anthropic", "gemini", "responses", "openai", "mistral", "anthropic"];
        await using var sira = new FeatureSira([.. turns.Distinct()], configure: builder => builder.UseTools());
        var history = new List<ChatMessage>();
        for (var turn = 0; turn < turns.Length; turn++)
        {
            var backend = turns[turn];
            sira[backend].Reply(FirstTurn(backend), streaming).Reply(new WireAnswer { Text = $"Answer {turn}.", Reasoning = "Now I know.", Signature = "signature-of-" + backend }, streaming);
            history.Add(new ChatMessage(ChatRole.User, $"Question {turn}?"));

            var response = await AskAsync(sira, backend, streaming, history);

            Assert.EndsWith($"Answer {turn}.", response.Text, StringComparison.Ordinal);
            history.AddRange(response.Messages);
            foreach (var call in sira[backend].Calls)
            {
                Assert.Empty(RequestRules.Check(backend, call.Body));
                Assert.All(turns.Where(other => other != backend), other => Assert.DoesNotContain($"signature-of-{other}\"", call.Body.GetRawText(), StringComparison.Ordinal));
                Assert.DoesNotContain("sira.", call.Body.GetRawText(), StringComparison.Ordinal);
            }

            Assert.Contains("Sunny in Rome.", sira[backend].Body.GetRawText(), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task FailoverInTheToolLoop_IsTakenByTheFallback(bool streaming)
    {
        foreach (var from in FeatureSira.Wires)
        {
            foreach (var to in FeatureSira.All.Where(to => to != from))
            {
                await using var sira = new FeatureSira([from, to], configure: builder => builder.UseTools());
                sira[from].Reply(FirstTurn(from), streaming).Reply("{}", streaming: false, status: 401);

                var response = await sira.AskAsync(streaming, Options());

                Assert.EndsWith("Hello.", response.Text, StringComparison.Ordinal);
                Assert.Empty(RequestRules.Check(to, sira[to].Body));
                Assert.DoesNotContain("signature-of-", sira[to].Body.GetRawText(), StringComparison.Ordinal);
            }
        }
    }

    [Theory]
    [InlineData("openai", false)]
    [InlineData("anthropic", true)]
    [InlineData("responses", true)]
    public async Task CallsOfAnotherProvider_OnGemini3_CarryTheDocumentedStandIn(string from, bool streaming)
    {
        await using var sira = new FeatureSira([from, "gemini"]);
        var options = Options();
        options.ModelId = "gemini/gemini-3-flash-preview";

        await sira.AskAsync(streaming, options, [.. await TakeFirstTurnAsync(sira, from, streaming)]);

        Assert.Empty(RequestRules.Check("gemini", sira["gemini"].Body));
        JsonSubset.Assert("""{"contents":[{},{"role":"model","parts":[{"text":"I look."},{"functionCall":{"name":"weather"},"thoughtSignature":"c2tpcF90aG91Z2h0X3NpZ25hdHVyZV92YWxpZGF0b3I="},{"functionCall":{"name":"weather"},"thoughtSignature":null}]},{"role":"user"}]}""", sira["gemini"].Body);
    }

    [Theory]
    [MemberData(nameof(Backends))]
    public async Task TextThatIsNoText_IsWrittenAsJsonAllTheSame(string backend)
    {
        await using var sira = new FeatureSira(backend);
        ChatMessage[] history =
        [
            new(ChatRole.System, "a\ud800b\0"),
            new(ChatRole.User, "x\udc00"),
            new(ChatRole.Assistant, [new FunctionCallContent("call\ud800", "f", new Dictionary<string, object?> { ["a\ud800"] = "b\udfff" })]),
            new(ChatRole.Tool, [new FunctionResultContent("call\ud800", "r\ud83d")]),
        ];

        await sira.AskAsync(streaming: false, null, history);

        Assert.Empty(RequestRules.Check(backend, sira.Provider.Body));
    }

    [Fact]
    public async Task ForcedTool_OnAnthropic_GoesWithoutThinking()
    {
        await using var sira = new FeatureSira("anthropic");
        var options = Options();
        options.ToolMode = ChatToolMode.RequireSpecific("weather");

        await sira.AskAsync(streaming: false, options);

        Assert.Empty(RequestRules.Check("anthropic", sira.Provider.Body));
        JsonSubset.Assert("""{"tool_choice":{"type":"tool","name":"weather"},"thinking":null}""", sira.Provider.Body);
    }

    [Theory]
    [MemberData(nameof(Backends))]
    public async Task AnswerWithNothingToSendBack_DoesNotSpoilTheNextRequest(string to)
    {
        await using var sira = new FeatureSira(to);
        ChatMessage[] history =
        [
            new(ChatRole.User, "Hi"),
            new(ChatRole.Assistant, [new TextReasoningContent("Hm.") { ProtectedData = "x", AdditionalProperties = new() { ["sira.wire"] = "elsewhere" } }]),
            new(ChatRole.User, "And?"),
            new(ChatRole.Assistant, [new ErrorContent("I will not.") { ErrorCode = "Refusal" }]),
            new(ChatRole.User, "Please."),
            new(ChatRole.Assistant, []),
            new(ChatRole.User, "So?"),
        ];

        await sira.AskAsync(streaming: false, null, history);

        Assert.Empty(RequestRules.Check(to, sira.Provider.Body));
    }

    private static string IdOf(JsonElement body) => body.GetProperty("messages")[1].GetProperty("content")[2].GetProperty("id").GetRawText();

    private static WireAnswer FirstTurn(string backend) => new()
    {
        Reasoning = "Let me think.",
        Signature = FeatureSira.WireOf(backend) == "chat" && backend != "openrouter" ? null : "signature-of-" + backend,
        Text = "I look.",
        Citation = "https://example.com/",
        Calls = backend == "gemini"
            ? [(string.Empty, "weather", """{"city":"Rome"}"""), (string.Empty, "weather", """{"city":"Oslo"}""")]
            : [("a.long_id:with-odd/characters-that-some-providers-refuse", "weather", """{"city":"Rome"}"""), ("a.long_id:with-odd/characters-that-some-providers-refuse!", "weather", """{"city":"Oslo"}""")],
    };

    private static ChatOptions Options() => new() { Tools = [RequestFeature.Weather], Reasoning = new() { Effort = ReasoningEffort.High, Output = ReasoningOutput.Full } };

    private static async Task<List<ChatMessage>> TakeFirstTurnAsync(FeatureSira sira, string backend, bool streaming)
    {
        List<ChatMessage> history = [new(ChatRole.User, "How is the weather?")];
        sira[backend].Reply(FirstTurn(backend), streaming);
        var response = await AskAsync(sira, backend, streaming, history);
        var calls = response.Messages.SelectMany(message => message.Contents).OfType<FunctionCallContent>().ToArray();
        Assert.Equal(2, calls.Length);
        return [.. history, .. response.Messages, new(ChatRole.Tool, [new FunctionResultContent(calls[0].CallId, "Sunny."), new FunctionResultContent(calls[1].CallId, "Rainy.")])];
    }

    private static Task<ChatResponse> AskAsync(FeatureSira sira, string backend, bool streaming, List<ChatMessage> history)
    {
        var options = Options();
        options.ModelId = FeatureSira.Target(backend, null);
        return sira.AskAsync(streaming, options, [.. history]);
    }

    /// <summary>What a session store does to a conversation.</summary>
    private static List<ChatMessage> Store(List<ChatMessage> history) =>
        JsonSerializer.Deserialize<List<ChatMessage>>(JsonSerializer.Serialize(history, AIJsonUtilities.DefaultOptions), AIJsonUtilities.DefaultOptions)!;
}
