using System.Text.Json;
using Sira.Simulation.Answers;
using Sira.Simulation.Prompts;

namespace Sira.Simulation.Tests.Answers;

/// <summary>What the provider says by itself and by script, on every wire.</summary>
public sealed class DefaultAnswerTests
{
    private const string Schema = """{"type":"object","properties":{"city":{"type":"string"}},"required":["city"]}""";

    [Theory]
    [InlineData("chat")]
    [InlineData("responses")]
    [InlineData("messages")]
    [InlineData("gemini")]
    public async Task Answer_NoScript_SaysItIsSimulatedAndNamesTheTopic(string wire)
    {
        using var client = SimulationClient.For(new SimulatedProvider());
        var (path, body) = SimulationClient.Request(wire, "Why is the sky blue?");

        var text = await client.ReadAsync(path, body);

        Assert.Contains("simulated answer", text, StringComparison.Ordinal);
        Assert.Contains("Why is the sky blue?", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("chat")]
    [InlineData("responses")]
    [InlineData("messages")]
    [InlineData("gemini")]
    public async Task Stream_OfAnAnswer_CarriesTheUnaryText(string wire)
    {
        const string Text = "Grüße, 世界! \"quoted\" \\ 🌊\nline two";
        using var client = SimulationClient.For(new SimulatedProvider().Respond(Text));
        var (path, body) = SimulationClient.Request(wire, "Hello", stream: true);

        var events = ServerSentEvents.Json(await client.ReadAsync(path, body));

        Assert.Equal(Text, string.Concat(events.Select(Delta)));

        string Delta(JsonElement data) => wire switch
        {
            "chat" => data.GetProperty("choices") is { } choices && choices.GetArrayLength() > 0 && choices[0].GetProperty("delta").TryGetProperty("content", out var content) ? content.GetString()! : "",
            "responses" => data.GetProperty("type").ValueEquals("response.output_text.delta") ? data.GetProperty("delta").GetString()! : "",
            "messages" => data.GetProperty("type").ValueEquals("content_block_delta") ? data.GetProperty("delta").GetProperty("text").GetString()! : "",
            _ => data.GetProperty("candidates")[0].GetProperty("content").GetProperty("parts")[0].GetProperty("text").GetString()!,
        };
    }

    [Theory]
    [InlineData("chat")]
    [InlineData("responses")]
    [InlineData("messages")]
    [InlineData("gemini")]
    public async Task SameRequest_AskedTwice_GetsTheSameBytes(string wire)
    {
        var clock = new Sira.Simulation.Time.VirtualTimeProvider();
        using var client = SimulationClient.For(new SimulatedProvider(clock));
        using var again = SimulationClient.For(new SimulatedProvider(clock));
        using var other = SimulationClient.For(new SimulatedProvider(new SimulatedProviderOptions { TimeProvider = clock, Seed = 1 }));
        foreach (var stream in (bool[])[false, true])
        {
            var (path, body) = SimulationClient.Request(wire, "Hello", stream);
            var first = await client.ReadAsync(path, body);

            Assert.Equal(first, await client.ReadAsync(path, body));
            Assert.Equal(first, await again.ReadAsync(path, body));
            Assert.NotEqual(first, await other.ReadAsync(path, body));
        }
    }

    [Theory]
    [InlineData("v1/chat/completions", """{"model":"m","messages":[{"role":"user","content":"Weather in Paris?"}],"tools":[{"type":"function","function":{"name":"get_weather","parameters":SCHEMA}}]}""", "\"arguments\":\"{\\\"city\\\":\\\"Paris\\\"}\"")]
    [InlineData("v1/responses", """{"model":"m","input":"Weather in Paris?","tools":[{"type":"function","name":"get_weather","parameters":SCHEMA}]}""", "\"arguments\":\"{\\\"city\\\":\\\"Paris\\\"}\"")]
    [InlineData("v1/messages", """{"model":"m","max_tokens":100,"messages":[{"role":"user","content":"Weather in Paris?"}],"tools":[{"name":"get_weather","input_schema":SCHEMA}]}""", "\"input\":{\"city\":\"Paris\"}")]
    [InlineData("v1beta/models/g:generateContent", """{"contents":[{"role":"user","parts":[{"text":"Weather in Paris?"}]}],"tools":[{"functionDeclarations":[{"name":"get_weather","parameters":SCHEMA}]}]}""", "\"args\":{\"city\":\"Paris\"}")]
    public async Task ToolsOffered_LastMessageFromUser_AreCalledWithPlausibleArguments(string path, string body, string expected)
    {
        using var client = SimulationClient.For(new SimulatedProvider());

        Assert.Contains(expected, await client.ReadAsync(path, body.Replace("SCHEMA", Schema, StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("v1/chat/completions", """{"model":"m","messages":[{"role":"user","content":"Weather?"},{"role":"assistant","content":null,"tool_calls":[{"id":"c1","type":"function","function":{"name":"get_weather","arguments":"{}"}}]},{"role":"tool","tool_call_id":"c1","content":"sunny in Paris"}],"tools":[{"type":"function","function":{"name":"get_weather","parameters":SCHEMA}}]}""")]
    [InlineData("v1/responses", """{"model":"m","input":[{"role":"user","content":"Weather?"},{"type":"function_call","call_id":"c1","name":"get_weather","arguments":"{}"},{"type":"function_call_output","call_id":"c1","output":"sunny in Paris"}],"tools":[{"type":"function","name":"get_weather","parameters":SCHEMA}]}""")]
    [InlineData("v1/messages", """{"model":"m","max_tokens":100,"messages":[{"role":"user","content":"Weather?"},{"role":"assistant","content":[{"type":"tool_use","id":"c1","name":"get_weather","input":{}}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"c1","content":[{"type":"text","text":"sunny in Paris"}]}]}],"tools":[{"name":"get_weather","input_schema":SCHEMA}]}""")]
    [InlineData("v1beta/models/g:generateContent", """{"contents":[{"role":"user","parts":[{"text":"Weather?"}]},{"role":"model","parts":[{"functionCall":{"name":"get_weather","args":{}}}]},{"role":"user","parts":[{"functionResponse":{"name":"get_weather","response":{"result":"sunny in Paris"}}}]}],"tools":[{"functionDeclarations":[{"name":"get_weather","parameters":SCHEMA}]}]}""")]
    public async Task ToolResults_AtTheEnd_AreQuoted(string path, string body)
    {
        using var client = SimulationClient.For(new SimulatedProvider());

        Assert.Contains("get_weather says: sunny in Paris", await client.ReadAsync(path, body.Replace("SCHEMA", Schema, StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"type":"function","function":{"name":"second"}}""", "second")]
    [InlineData("\"required\"", "first")]
    [InlineData("\"none\"", null)]
    public async Task ToolChoice_OfEachMode_IsObeyed(string choice, string? called)
    {
        using var client = SimulationClient.For(new SimulatedProvider());
        var tools = """,  "tools":[{"type":"function","function":{"name":"first"}},{"type":"function","function":{"name":"second"}}],"tool_choice": """ + choice;

        var message = (await client.ReadJsonAsync(SimulationClient.ChatPath, SimulationClient.Chat("Go", more: tools))).GetProperty("choices")[0].GetProperty("message");

        Assert.Equal(called, message.TryGetProperty("tool_calls", out var calls) ? calls[0].GetProperty("function").GetProperty("name").GetString() : null);
    }

    [Fact]
    public async Task ParallelCalls_InAStream_AreFragmentedByIndex()
    {
        using var client = SimulationClient.For(new SimulatedProvider().Respond(SimulatedAnswer.CallTools(new("a", """{"x":1}"""), new("b", """{"y":[2,3]}"""))));

        var deltas = ServerSentEvents.Json(await client.ReadAsync(SimulationClient.ChatPath, SimulationClient.Chat("Go", stream: true)))
            .Select(static data => data.GetProperty("choices")[0].GetProperty("delta")).Where(static delta => delta.TryGetProperty("tool_calls", out _)).Select(static delta => delta.GetProperty("tool_calls")[0]).ToList();

        Assert.Equal(["a", "b"], deltas.Where(static call => call.TryGetProperty("id", out _)).Select(static call => call.GetProperty("function").GetProperty("name").GetString()));
        Assert.Equal("""{"y":[2,3]}""", string.Concat(deltas.Where(static call => call.GetProperty("index").GetInt32() == 1).Select(static call => call.GetProperty("function").GetProperty("arguments").GetString())));
        Assert.True(deltas.Count > 6);
    }

    [Theory]
    [InlineData("v1/chat/completions", ""","response_format":{"type":"json_schema","json_schema":{"name":"n","schema":SCHEMA}}""")]
    [InlineData("v1/responses", ""","text":{"format":{"type":"json_schema","name":"n","schema":SCHEMA}}""")]
    [InlineData("v1/messages", ""","output_config":{"format":{"type":"json_schema","schema":SCHEMA}}""")]
    [InlineData("v1beta/models/g:generateContent", ""","generationConfig":{"responseMimeType":"application/json","responseJsonSchema":SCHEMA}""")]
    public async Task JsonSchema_OnEachWire_IsFilledIn(string path, string more)
    {
        using var client = SimulationClient.For(new SimulatedProvider());
        more = more.Replace("SCHEMA", Schema, StringComparison.Ordinal);
        var body = path switch
        {
            SimulationClient.ChatPath => SimulationClient.Chat("In Paris", more: more),
            SimulationClient.ResponsesPath => SimulationClient.Responses("In Paris", more: more),
            SimulationClient.MessagesPath => SimulationClient.Messages("In Paris", more: more),
            _ => SimulationClient.Gemini("In Paris", more),
        };

        Assert.Contains("""{\"city\":\"Paris\"}""", await client.ReadAsync(path, body), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Reasoning_OnEachWire_IsShownAndCountedThatWiresWay()
    {
        var answer = new SimulatedAnswer { Text = "Yes.", Reasoning = "Let me think", Usage = new SimulatedUsage { InputTokens = 100, CachedInputTokens = 40, OutputTokens = 50, ReasoningTokens = 30 } };
        using var client = SimulationClient.For(new SimulatedProvider(new SimulatedProviderOptions { ReasoningField = "reasoning_content" }).Respond(answer));

        var chat = await client.ReadJsonAsync(SimulationClient.ChatPath, SimulationClient.Chat("Hm", more: ""","reasoning_effort":"low" """));
        Assert.Equal("Let me think", chat.GetProperty("choices")[0].GetProperty("message").GetProperty("reasoning_content").GetString());
        Assert.Equal((100, 40, 50, 30), (chat.GetProperty("usage").GetProperty("prompt_tokens").GetInt32(), chat.GetProperty("usage").GetProperty("prompt_tokens_details").GetProperty("cached_tokens").GetInt32(), chat.GetProperty("usage").GetProperty("completion_tokens").GetInt32(), chat.GetProperty("usage").GetProperty("completion_tokens_details").GetProperty("reasoning_tokens").GetInt32()));

        var responses = await client.ReadJsonAsync(SimulationClient.ResponsesPath, SimulationClient.Responses("Hm", more: ""","reasoning":{"effort":"low","summary":"auto"}"""));
        Assert.Equal("Let me think", responses.GetProperty("output")[0].GetProperty("summary")[0].GetProperty("text").GetString());

        var messages = await client.ReadJsonAsync(SimulationClient.MessagesPath, SimulationClient.Messages("Hm", more: ""","thinking":{"type":"enabled","budget_tokens":1024}"""));
        Assert.Equal("Let me think", messages.GetProperty("content")[0].GetProperty("thinking").GetString());
        Assert.Equal((60, 40), (messages.GetProperty("usage").GetProperty("input_tokens").GetInt32(), messages.GetProperty("usage").GetProperty("cache_read_input_tokens").GetInt32()));

        var gemini = await client.ReadJsonAsync(SimulationClient.GeminiPath, SimulationClient.Gemini("Hm", ""","generationConfig":{"thinkingConfig":{"includeThoughts":true}}"""));
        Assert.True(gemini.GetProperty("candidates")[0].GetProperty("content").GetProperty("parts")[0].GetProperty("thought").GetBoolean());
        var usage = gemini.GetProperty("usageMetadata");
        Assert.Equal((100, 20, 30, 150), (usage.GetProperty("promptTokenCount").GetInt32(), usage.GetProperty("candidatesTokenCount").GetInt32(), usage.GetProperty("thoughtsTokenCount").GetInt32(), usage.GetProperty("totalTokenCount").GetInt32()));
    }

    [Theory]
    [InlineData("chat", "\"finish_reason\":\"length\"", "max_tokens")]
    [InlineData("responses", "\"reason\":\"max_output_tokens\"", "max_output_tokens")]
    [InlineData("messages", "\"stop_reason\":\"max_tokens\"", "max_tokens")]
    [InlineData("gemini", "\"finishReason\":\"MAX_TOKENS\"", "maxOutputTokens")]
    public async Task TokenLimit_BelowTheAnswer_CutsItAndSaysSo(string wire, string finish, string member)
    {
        using var client = SimulationClient.For(new SimulatedProvider().Respond("one two three four"));
        var limit = wire == "gemini" ? ""","generationConfig":{"maxOutputTokens":2}""" : $",\"{member}\":2";
        var body = wire switch
        {
            "chat" => SimulationClient.Chat("Go", more: limit),
            "responses" => SimulationClient.Responses("Go", more: limit),
            "messages" => SimulationClient.Messages("Go").Replace("1000", "2", StringComparison.Ordinal),
            _ => SimulationClient.Gemini("Go", limit),
        };

        var text = await client.ReadAsync(SimulationClient.Request(wire, "Go").Path, body);

        Assert.Contains("one two", text, StringComparison.Ordinal);
        Assert.DoesNotContain("three", text, StringComparison.Ordinal);
        Assert.Contains(finish, text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RespondInOrder_RetryAfterAFault_GetsTheAnswerTheFirstAttemptMissed()
    {
        var provider = new SimulatedProvider().RespondInOrder("first", "second");
        provider.Faults.OnRequest(1, Sira.Simulation.Faults.Fault.ServerError());
        using var client = SimulationClient.For(provider);
        var answers = new List<string>();
        for (var i = 0; i < 4; i++)
        {
            answers.Add(await client.ReadAsync(SimulationClient.ChatPath, SimulationClient.Chat("Go")));
        }

        Assert.Contains("server_error", answers[0], StringComparison.Ordinal);
        Assert.Contains("\"first\"", answers[1], StringComparison.Ordinal);
        Assert.Contains("\"second\"", answers[2], StringComparison.Ordinal);
        Assert.Contains("simulated answer", answers[3], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Respond_ByFunction_FallsThroughWhereItHasNoAnswer()
    {
        var provider = new SimulatedProvider()
            .Respond(static request => request.Prompt.Wire == SimulatedWire.AnthropicMessages ? "for Claude" : null)
            .Respond("for the rest");
        using var client = SimulationClient.For(provider);

        Assert.Contains("for Claude", await client.ReadAsync(SimulationClient.MessagesPath, SimulationClient.Messages("Go")), StringComparison.Ordinal);
        Assert.Contains("for the rest", await client.ReadAsync(SimulationClient.ChatPath, SimulationClient.Chat("Go")), StringComparison.Ordinal);
    }
}
