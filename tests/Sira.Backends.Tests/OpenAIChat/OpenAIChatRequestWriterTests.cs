using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;

namespace Sira.Backends.Tests.OpenAIChat;

public sealed class OpenAIChatRequestWriterTests
{
    private static readonly AIFunctionDeclaration Weather = AIFunctionFactory.CreateDeclaration("weather", "Tells the weather.", JsonElement.Parse("""{"type":"object","properties":{"city":{"type":"string"}}}"""));

    [Fact]
    public void Write_SamplingOptions_HaveTheirNames()
    {
        var options = new ChatOptions { MaxOutputTokens = 9, Temperature = 0.5f, TopP = 0.25f, FrequencyPenalty = 1, PresencePenalty = -1, Seed = 7, StopSequences = ["a", "b"] };

        Assert.Equal(
            """{"max_completion_tokens":9,"temperature":0.5,"top_p":0.25,"frequency_penalty":1,"presence_penalty":-1,"seed":7,"stop":["a","b"]}""",
            WireHarness.WriteOptions("openai", options));
        Assert.Equal(
            """{"max_tokens":9,"temperature":0.5,"top_p":0.25,"frequency_penalty":1,"presence_penalty":-1,"random_seed":7,"stop":["a","b"]}""",
            WireHarness.WriteOptions("mistral", options));
    }

    [Theory]
    [InlineData("openai", ReasoningEffort.None, """{"reasoning_effort":"none"}""")]
    [InlineData("openai", ReasoningEffort.ExtraHigh, """{"reasoning_effort":"xhigh"}""")]
    [InlineData("xai", ReasoningEffort.Medium, """{"reasoning_effort":"low"}""")]
    [InlineData("mistral", ReasoningEffort.Low, """{"reasoning_effort":"high"}""")]
    [InlineData("deepseek", ReasoningEffort.None, """{"thinking":{"type":"disabled"}}""")]
    [InlineData("deepseek", ReasoningEffort.High, """{"thinking":{"type":"enabled"},"reasoning_effort":"high"}""")]
    [InlineData("openrouter", ReasoningEffort.Medium, """{"reasoning":{"effort":"medium"}}""")]
    [InlineData("groq", ReasoningEffort.Medium, """{"reasoning_effort":"medium"}""")]
    public void Write_ReasoningEffort_IsSaidAsTheDialectSaysIt(string dialect, ReasoningEffort effort, string expected)
    {
        Assert.Equal(expected, WireHarness.WriteOptions(dialect, new ChatOptions { Reasoning = new ReasoningOptions { Effort = effort } }));
    }

    [Theory]
    [InlineData("groq", ReasoningOutput.Full, """{"reasoning_format":"parsed"}""")]
    [InlineData("groq", ReasoningOutput.None, """{"reasoning_format":"hidden"}""")]
    [InlineData("openrouter", ReasoningOutput.None, """{"reasoning":{"exclude":true}}""")]
    [InlineData("openai", ReasoningOutput.Full, "{}")]
    public void Write_ReasoningOutput_IsSaidWhereItCanBe(string dialect, ReasoningOutput output, string expected)
    {
        Assert.Equal(expected, WireHarness.WriteOptions(dialect, new ChatOptions { Reasoning = new ReasoningOptions { Output = output } }));
    }

    [Fact]
    public void Write_Tools_HaveSchemaAndChoice()
    {
        const string Tool = """{"tools":[{"type":"function","function":{"name":"weather","description":"Tells the weather.","parameters":{"type":"object","properties":{"city":{"type":"string"}}}}}]""";

        Assert.Equal(Tool + "}", Options("openai", null));
        Assert.Equal(Tool + ""","tool_choice":"auto"}""", Options("openai", ChatToolMode.Auto));
        Assert.Equal(Tool + ""","tool_choice":"none"}""", Options("openai", ChatToolMode.None));
        Assert.Equal(Tool + ""","tool_choice":"required"}""", Options("openai", ChatToolMode.RequireAny));
        Assert.Equal(Tool + ""","tool_choice":"any"}""", Options("mistral", ChatToolMode.RequireAny));
        Assert.Equal(Tool + ""","tool_choice":{"type":"function","function":{"name":"weather"}}}""", Options("openai", ChatToolMode.RequireSpecific("weather")));

        static string Options(string dialect, ChatToolMode? mode) => WireHarness.WriteOptions(dialect, new ChatOptions { Tools = [Weather], ToolMode = mode });
    }

    [Fact]
    public void Write_ChoiceAmongNoTools_IsLeftOut()
    {
        Assert.Equal("{}", WireHarness.WriteOptions("openai", new ChatOptions { ToolMode = ChatToolMode.RequireAny, AllowMultipleToolCalls = false, Tools = [] }));
    }

    [Fact]
    public void Write_ParallelCallsAndApprovalWrapper_AreWritten()
    {
        var approval = new ApprovalRequiredAIFunction(AIFunctionFactory.Create(() => 1, "one"));
        var written = WireHarness.WriteOptions("openai", new ChatOptions { Tools = [approval], AllowMultipleToolCalls = false });

        Assert.Contains("\"name\":\"one\"", written, StringComparison.Ordinal);
        Assert.EndsWith("\"parallel_tool_calls\":false}", written, StringComparison.Ordinal);
    }

    [Fact]
    public void Write_WebSearch_IsSwitchedOnAsTheDialectSaysIt()
    {
        var options = new ChatOptions { Tools = [new HostedWebSearchTool(new Dictionary<string, object?> { ["search_context_size"] = "low" })] };

        Assert.Equal("""{"web_search_options":{"search_context_size":"low"}}""", WireHarness.WriteOptions("openai", options));
        Assert.Equal("""{"plugins":[{"id":"web","search_context_size":"low"}]}""", WireHarness.WriteOptions("openrouter", options));
        Assert.Equal("{}", WireHarness.WriteOptions("groq", options));
    }

    [Fact]
    public void Write_ResponseFormats_AreWritten()
    {
        var schema = JsonElement.Parse("""{"type":"object"}""");
        var strict = new ChatOptions { ResponseFormat = ChatResponseFormat.ForJsonSchema(schema, "answer", "An answer."), AdditionalProperties = new() { ["strict"] = true } };

        Assert.Equal("{}", WireHarness.WriteOptions("openai", new ChatOptions { ResponseFormat = ChatResponseFormat.Text }));
        Assert.Equal("""{"response_format":{"type":"json_object"}}""", WireHarness.WriteOptions("openai", new ChatOptions { ResponseFormat = ChatResponseFormat.Json }));
        Assert.Equal(
            """{"response_format":{"type":"json_schema","json_schema":{"name":"answer","description":"An answer.","schema":{"type":"object"},"strict":true}}}""",
            WireHarness.WriteOptions("openai", strict));
        Assert.Equal(
            """{"response_format":{"type":"json_schema","json_schema":{"name":"response","schema":{"type":"object"}}}}""",
            WireHarness.WriteOptions("openai", new ChatOptions { ResponseFormat = ChatResponseFormat.ForJsonSchema(schema) }));
    }

    [Fact]
    public void Write_ExtraMembers_AreAddedAndDoNotReplaceTypedOnes()
    {
        var options = new ChatOptions { Temperature = 1, RawRepresentationFactory = static _ => new JsonObject { ["temperature"] = 0, ["service_tier"] = "flex", ["model"] = "other" } };

        Assert.Equal("""{"temperature":1,"service_tier":"flex"}""", WireHarness.WriteOptions("openai", options));
    }

    [Fact]
    public void Write_Instructions_AreTheFirstMessage()
    {
        Assert.Equal(
            """{"model":"m","messages":[{"role":"system","content":"Be brief."},{"role":"user","content":"Hi"}]}""",
            WireHarness.Write("openai", [new(ChatRole.User, "Hi")], new ChatOptions { Instructions = "Be brief." }));
    }

    [Fact]
    public void Write_Stream_AsksForUsageWhereItMust()
    {
        Assert.Equal("""{"model":"m","messages":[],"stream":true,"stream_options":{"include_usage":true}}""", WireHarness.Write("groq", [], streaming: true));
        Assert.Equal("""{"model":"m","messages":[],"stream":true}""", WireHarness.Write("mistral", [], streaming: true));
    }
}
