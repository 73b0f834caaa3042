using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using static Sira.Backends.Tests.Anthropic.AnthropicWire;

namespace Sira.Backends.Tests.Anthropic;

public class AnthropicRequestWriterTests
{
    private static readonly ChatMessage Hello = new(ChatRole.User, "Hello");

    [Fact]
    public void Write_PlainText_GivesTheSmallestRequest() => AssertJson(
        """{"model":"claude-opus-5","max_tokens":4096,"messages":[{"role":"user","content":[{"type":"text","text":"Hello"}]}]}""",
        Write([Hello]));

    [Fact]
    public void Write_AllSamplingOptions_AreMembers()
    {
        var options = new ChatOptions { MaxOutputTokens = 100, Temperature = 0.7f, TopP = 0.9f, TopK = 40, StopSequences = ["END", "STOP"] };
        AssertJson(
            """{"model":"claude-opus-5","max_tokens":100,"stream":true,"messages":[{"role":"user","content":[{"type":"text","text":"Hello"}]}],"stop_sequences":["END","STOP"],"temperature":0.7,"top_p":0.9,"top_k":40}""",
            Write([Hello], options, streaming: true));
    }

    [Fact]
    public void Write_NoLimitStated_TakesTheModelsLimitWhereItIsKnown()
    {
        var wire = new Backends.Anthropic.AnthropicWireOptions { MaxOutputTokens = model => model == "known" ? 64_000 : null, DefaultMaxTokens = 2_000 };
        Assert.Equal(64_000, (int)Write([Hello], model: "known", wire: wire)["max_tokens"]!);
        Assert.Equal(2_000, (int)Write([Hello], model: "unknown", wire: wire)["max_tokens"]!);
    }

    [Fact]
    public void Write_SystemMessagesAndInstructions_BecomeSystem()
    {
        Assert.Equal("Be brief.", (string)Write([new(ChatRole.System, "Be brief."), Hello])["system"]!);
        Assert.Equal("Be kind.", (string)Write([Hello], new ChatOptions { Instructions = "Be kind." })["system"]!);
        AssertJson(
            """[{"type":"text","text":"Be kind."},{"type":"text","text":"Be brief."},{"type":"text","text":"Be late."}]""",
            Write([new(ChatRole.System, "Be brief."), Hello, new(ChatRole.System, "Be late.")], new ChatOptions { Instructions = "Be kind." })["system"]);
    }

    [Fact]
    public void Write_CacheControl_IsPutOnTheBlock()
    {
        var cached = new AdditionalPropertiesDictionary { ["cache_control"] = new JsonObject { ["type"] = "ephemeral" } };
        var request = Write([new(ChatRole.System, [new TextContent("Rules") { AdditionalProperties = cached }]), new(ChatRole.User, [new TextContent("Hi") { AdditionalProperties = cached }])]);
        AssertJson("""[{"type":"text","text":"Rules","cache_control":{"type":"ephemeral"}}]""", request["system"]);
        AssertJson("""[{"role":"user","content":[{"type":"text","text":"Hi","cache_control":{"type":"ephemeral"}}]}]""", request["messages"]);
    }

    [Fact]
    public void Write_SystemMessageInTheConversation_StaysWhereTheModelKnowsIt()
    {
        var wire = new Backends.Anthropic.AnthropicWireOptions { Profile = _ => new() { SystemMessagesInPlace = true } };
        var request = Write([new(ChatRole.System, "First"), Hello, new(ChatRole.System, "Later")], wire: wire);
        Assert.Equal("First", (string)request["system"]!);
        AssertJson("""[{"role":"user","content":[{"type":"text","text":"Hello"}]},{"role":"system","content":[{"type":"text","text":"Later"}]}]""", request["messages"]);
    }

    [Fact]
    public void Write_ConsecutiveMessagesOfARole_AreOneTurn() => AssertJson(
        """[{"role":"user","content":[{"type":"text","text":"a"},{"type":"text","text":"b"}]},{"role":"assistant","content":[{"type":"text","text":"c"},{"type":"text","text":"d"}]},{"role":"user","content":[{"type":"text","text":"e"}]}]""",
        Write([new(ChatRole.User, "a"), new(ChatRole.User, "b"), new(ChatRole.Assistant, "c"), new(ChatRole.Assistant, "d"), new(ChatRole.User, "e")])["messages"]);

    [Fact]
    public void Write_NothingToSay_IsLeftOut() => AssertJson(
        """[{"role":"user","content":[{"type":"text","text":"Hello"}]}]""",
        Write([Hello, new(ChatRole.Assistant, [new TextContent(""), new UsageContent(new()), new ErrorContent("x"), new TextReasoningContent("unsigned")])])["messages"]);

    [Fact]
    public void Write_ToolRound_PutsResultsFirstInTheUsersTurn()
    {
        var messages = new ChatMessage[]
        {
            Hello,
            new(ChatRole.Assistant, [new TextContent("Looking."), new FunctionCallContent("call_1", "weather", new Dictionary<string, object?> { ["city"] = "Oslo" }), new FunctionCallContent("call_2", "time")]),
            new(ChatRole.User, "Hurry!"),
            new(ChatRole.Tool, [new FunctionResultContent("call_1", "cold")]),
            new(ChatRole.Tool, [new FunctionResultContent("call_2", null) { Exception = new TimeoutException("too slow") }]),
        };
        AssertJson(
            """
            [{"role":"user","content":[{"type":"text","text":"Hello"}]},
             {"role":"assistant","content":[{"type":"text","text":"Looking."},{"type":"tool_use","id":"call_1","name":"weather","input":{"city":"Oslo"}},{"type":"tool_use","id":"call_2","name":"time","input":{}}]},
             {"role":"user","content":[{"type":"tool_result","tool_use_id":"call_1","content":"cold"},{"type":"tool_result","tool_use_id":"call_2","content":"Error: too slow","is_error":true},{"type":"text","text":"Hurry!"}]}]
            """,
            Write(messages)["messages"]);
    }

    [Fact]
    public void Write_ResultInTheMessageOfItsCall_StartsTheUsersTurn() => AssertJson(
        """[{"role":"assistant","content":[{"type":"tool_use","id":"a","name":"f","input":{}}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"a","content":"1"}]},{"role":"assistant","content":[{"type":"text","text":"done"}]}]""",
        Write([new(ChatRole.Assistant, [new FunctionCallContent("a", "f"), new FunctionResultContent("a", 1), new TextContent("done")])])["messages"]);

    [Fact]
    public void Write_CallIdOfAnotherProvider_IsMadeAcceptableAtBothEnds()
    {
        var request = Write([new(ChatRole.Assistant, [new FunctionCallContent("fc:1|x_y-z", "f")]), new(ChatRole.Tool, [new FunctionResultContent("fc:1|x_y-z", "r")])]);
        var id = (string)request["messages"]![0]!["content"]![0]!["id"]!;
        Assert.Matches("^[a-zA-Z0-9_-]+$", id);
        Assert.Equal(id, (string)request["messages"]![1]!["content"]![0]!["tool_use_id"]!);
    }

    [Fact]
    public void Write_ResultWithMedia_IsBlocks()
    {
        var result = new FunctionResultContent("a", new AIContent[] { new TextContent("chart"), new DataContent(new byte[] { 1, 2, 3 }, "image/png") });
        AssertJson(
            """[{"type":"text","text":"chart"},{"type":"image","source":{"type":"base64","media_type":"image/png","data":"AQID"}}]""",
            Write([new(ChatRole.Tool, [result])])["messages"]![0]!["content"]![0]!["content"]);
    }

    [Fact]
    public void Write_ResultThatIsAnObject_IsItsJson()
    {
        var result = new FunctionResultContent("a", Json("""{"degrees":-3}"""));
        Assert.Equal("""{"degrees":-3}""", (string)Write([new(ChatRole.Tool, [result])])["messages"]![0]!["content"]![0]!["content"]!);
    }

    [Fact]
    public void Write_Media_BecomesImagesAndDocuments()
    {
        var document = new DataContent(new byte[] { 37, 80, 68, 70 }, "application/pdf")
        {
            Name = "report.pdf",
            AdditionalProperties = new() { ["citations"] = true, ["context"] = "Last year's." },
        };
        AssertJson(
            """
            [{"type":"image","source":{"type":"base64","media_type":"image/png","data":"AQID"}},
             {"type":"image","source":{"type":"url","url":"https://example.org/a.jpg"}},
             {"type":"image","source":{"type":"file","file_id":"file_1"}},
             {"type":"document","source":{"type":"base64","media_type":"application/pdf","data":"JVBERg=="},"title":"report.pdf","context":"Last year's.","citations":{"enabled":true}},
             {"type":"document","source":{"type":"url","url":"https://example.org/a.pdf"}},
             {"type":"document","source":{"type":"file","file_id":"file_2"},"title":"notes.pdf"},
             {"type":"document","source":{"type":"text","media_type":"text/plain","data":"# Titel ä"}}]
            """,
            Write([new(ChatRole.User,
            [
                new DataContent(new byte[] { 1, 2, 3 }, "image/png"),
                new UriContent("https://example.org/a.jpg", "image/jpeg"),
                new HostedFileContent("file_1") { MediaType = "image/png" },
                document,
                new UriContent("https://example.org/a.pdf", "application/pdf"),
                new HostedFileContent("file_2") { Name = "notes.pdf" },
                new DataContent("# Titel ä"u8.ToArray(), "text/markdown"),
            ])])["messages"]![0]!["content"]);
    }

    [Fact]
    public void Write_SearchResultBlock_IsWrittenAsItIs()
    {
        var block = """{"type":"search_result","source":"https://example.org","title":"T","content":[{"type":"text","text":"x"}],"citations":{"enabled":true}}""";
        AssertJson(block, Write([new(ChatRole.User, [new AIContent { RawRepresentation = Json(block) }])])["messages"]![0]!["content"]![0]);
    }

    [Fact]
    public void Write_ContentsOfOtherProviders_AreLeftOut()
    {
        var foreign = new TextReasoningContent("thoughts") { ProtectedData = "gAAAA" };
        Backends.Wire.ReasoningOrigin.Mark(foreign, "openai.responses");
        var call = new WebSearchToolCallContent("ws_1") { RawRepresentation = Json("""{"type":"web_search_call","id":"ws_1"}""") };
        AssertJson(
            """[{"role":"assistant","content":[{"type":"text","text":"answer"}]}]""",
            Write([new(ChatRole.Assistant, [foreign, call, new TextContent("answer")])])["messages"]);
    }

    [Fact]
    public void Write_SignedThinking_GoesBack()
    {
        var redacted = new TextReasoningContent("") { ProtectedData = "secret", AdditionalProperties = new() { ["redacted_thinking"] = true } };
        AssertJson(
            """[{"type":"thinking","thinking":"Hm.","signature":"sig"},{"type":"thinking","thinking":"","signature":"sig2"},{"type":"redacted_thinking","data":"secret"}]""",
            Write([new(ChatRole.Assistant, [new TextReasoningContent("Hm.") { ProtectedData = "sig" }, new TextReasoningContent("") { ProtectedData = "sig2" }, redacted])])["messages"]![0]!["content"]);
    }

    [Fact]
    public void Write_ChangedText_WinsOverWhatWasRead()
    {
        // A stage may have edited the content, for instance to remove what must not leave the house.
        var text = new TextContent("redacted") { RawRepresentation = Json("""{"type":"text","text":"original","future":1}""") };
        AssertJson("""[{"type":"text","text":"redacted","future":1}]""", Write([new(ChatRole.User, [text])])["messages"]![0]!["content"]);
    }

    [Fact]
    public void Write_RawMembers_AreAddedAndTypedOptionsWin()
    {
        var options = new ChatOptions
        {
            Temperature = 0.5f,
            RawRepresentationFactory = _ => new JsonObject { ["temperature"] = 0.1, ["metadata"] = new JsonObject { ["user_id"] = "u" }, ["service_tier"] = "standard_only", ["model"] = "other" },
        };
        AssertJson(
            """{"model":"claude-opus-5","max_tokens":4096,"messages":[{"role":"user","content":[{"type":"text","text":"Hello"}]}],"temperature":0.5,"metadata":{"user_id":"u"},"service_tier":"standard_only"}""",
            Write([Hello], options));
    }

    [Fact]
    public void Write_FormatWithSchema_IsClosedAndKeepsLimitsInTheDescription()
    {
        var schema = Json("""{"$schema":"https://json-schema.org/draft/2020-12/schema","type":"object","properties":{"age":{"type":"integer","minimum":0,"description":"Years."},"tags":{"type":"array","items":{"type":"object","properties":{}},"maxItems":3}},"required":["age"]}""");
        AssertJson(
            """
            {"format":{"type":"json_schema","schema":{"type":"object","properties":{
              "age":{"type":"integer","description":"Years. {\"minimum\":0}"},
              "tags":{"type":"array","items":{"type":"object","properties":{},"additionalProperties":false},"description":"{\"maxItems\":3}"}},
              "required":["age"],"additionalProperties":false}}}
            """,
            Write([Hello], new ChatOptions { ResponseFormat = ChatResponseFormat.ForJsonSchema(schema, "person") })["output_config"]);
    }

    [Theory]
    [InlineData("""{"type":"object"}""", """{"type":"object","additionalProperties":false}""")]
    [InlineData("""{"type":["object","null"],"additionalProperties":true}""", """{"type":["object","null"],"additionalProperties":false}""")]
    [InlineData("""{"type":"object","additionalProperties":{"type":"string"}}""", """{"type":"object","additionalProperties":{"type":"string"}}""")]
    [InlineData("""{"anyOf":[{"type":"object","properties":{"minimum":{"type":"string"}}}]}""", """{"anyOf":[{"type":"object","properties":{"minimum":{"type":"string"}},"additionalProperties":false}]}""")]
    public void Write_Format_IsClosedWhereItIsOpenByDefault(string schema, string expected) =>
        AssertJson(expected, Write([Hello], new ChatOptions { ResponseFormat = ChatResponseFormat.ForJsonSchema(Json(schema)) })["output_config"]!["format"]!["schema"]);

    [Fact]
    public void Write_FormatAndRawOutputConfig_AreMerged()
    {
        var options = new ChatOptions
        {
            ResponseFormat = ChatResponseFormat.ForJsonSchema(Json("""{"type":"object","properties":{},"additionalProperties":false}""")),
            RawRepresentationFactory = _ => Json("""{"output_config":{"task_budget":{"type":"tokens","total":20000},"format":{"type":"text"}}}"""),
        };
        AssertJson(
            """{"format":{"type":"json_schema","schema":{"type":"object","properties":{},"additionalProperties":false}},"task_budget":{"type":"tokens","total":20000}}""",
            Write([Hello], options)["output_config"]);
    }

    [Fact]
    public void Write_FormatWithoutSchema_SaysNothing()
    {
        Assert.Null(Write([Hello], new ChatOptions { ResponseFormat = ChatResponseFormat.Json })["output_config"]);
        Assert.False(Backends.Anthropic.AnthropicWireFormat.Features.HasFlag(Models.RequestFeatures.JsonOutput));
    }
}
