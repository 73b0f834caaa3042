using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using Sira.Backends.Gemini;

namespace Sira.Backends.Tests.Gemini;

public class GeminiRequestWriterTests
{
    private static ChatMessage User(params AIContent[] contents) => new(ChatRole.User, contents);

    private static ChatMessage Assistant(params AIContent[] contents) => new(ChatRole.Assistant, contents);

    private static ChatMessage Tool(params AIContent[] contents) => new(ChatRole.Tool, contents);

    private static string Contents(params ChatMessage[] messages) => JsonNode.Parse(GeminiTestFormat.Write(messages))!["contents"]!.ToJsonString();

    private static string Contents(string model, params ChatMessage[] messages) => JsonNode.Parse(GeminiTestFormat.Write(messages, null, model))!["contents"]!.ToJsonString();

    [Fact]
    public void Write_InstructionsAndSystemMessages_GoIntoSystemInstruction() => GeminiTestFormat.AssertJson(
        """{"systemInstruction":{"parts":[{"text":"A"},{"text":"B"},{"text":"C"}]},"contents":[{"role":"user","parts":[{"text":"Hi"}]}]}""",
        GeminiTestFormat.Write([new(ChatRole.System, "B"), User(new TextContent("Hi")), new(ChatRole.System, "C")], new ChatOptions { Instructions = "A" }));

    [Fact]
    public void Write_Media_AreInlineOrFiles() => GeminiTestFormat.AssertJson(
        """
        [{"role":"user","parts":[
          {"text":"Look"},
          {"inlineData":{"mimeType":"image/png","data":"AQID"}},
          {"fileData":{"mimeType":"video/mp4","fileUri":"https://example.com/a.mp4"},"videoMetadata":{"fps":2}},
          {"fileData":{"mimeType":"application/pdf","fileUri":"https://generativelanguage.googleapis.com/v1beta/files/abc"}},
          {"fileData":{"fileUri":"https://generativelanguage.googleapis.com/v1beta/files/def"}}]}]
        """,
        Contents(User(
            new TextContent("Look"),
            new DataContent(new byte[] { 1, 2, 3 }, "image/png"),
            new UriContent("https://example.com/a.mp4", "video/mp4") { AdditionalProperties = new() { ["videoMetadata"] = GeminiTestFormat.Json("""{"fps":2}""") } },
            new HostedFileContent("files/abc") { MediaType = "application/pdf" },
            new HostedFileContent("def"))));

    [Fact]
    public void Write_ParallelResultsInTwoMessages_AreOneContent() => GeminiTestFormat.AssertJson(
        """
        [{"role":"user","parts":[{"text":"Hi"}]},
         {"role":"model","parts":[
           {"functionCall":{"id":"a","name":"f","args":{"x":1}}},
           {"functionCall":{"id":"b","name":"g","args":{}}}]},
         {"role":"user","parts":[
           {"functionResponse":{"id":"a","name":"f","response":{"output":"one"}}},
           {"functionResponse":{"id":"b","name":"g","response":{"y":2}}}]},
         {"role":"user","parts":[{"text":"And?"}]}]
        """,
        Contents(
            User(new TextContent("Hi")),
            Assistant(new FunctionCallContent("a", "f", new Dictionary<string, object?> { ["x"] = 1 }), new FunctionCallContent("b", "g")),
            Tool(new FunctionResultContent("a", "one")),
            Tool(new FunctionResultContent("b", GeminiTestFormat.Json("""{"y":2}"""))),
            User(new TextContent("And?"))));

    [Theory]
    [InlineData("null", """{"output":""}""")]
    [InlineData("[1,2]", """{"output":[1,2]}""")]
    [InlineData("5", """{"output":5}""")]
    [InlineData("\"text\"", """{"output":"text"}""")]
    public void Write_ResultThatIsNoObject_IsWrapped(string result, string expected) => GeminiTestFormat.AssertJson(
        $$$"""[{"role":"user","parts":[{"functionResponse":{"id":"a","name":"a","response":{{{expected}}}}}]}]""",
        Contents(Tool(new FunctionResultContent("a", JsonNode.Parse(result) is null ? null : GeminiTestFormat.Json(result)))));

    [Fact]
    public void Write_FailedResult_IsAnError() => GeminiTestFormat.AssertJson(
        """[{"role":"user","parts":[{"functionResponse":{"id":"a","name":"f","response":{"error":"No such city"}}}]}]""",
        Contents(Tool(new FunctionResultContent("a", null) { Exception = new InvalidOperationException("No such city"), AdditionalProperties = new() { ["name"] = "f" } })));

    [Theory]
    [InlineData("gemini-3-flash-preview", """{"functionResponse":{"id":"a","name":"a","response":{"output":"Here"},"parts":[{"inlineData":{"mimeType":"image/png","data":"AQ=="}}]}}""")]
    [InlineData("gemini-2.5-flash", """{"functionResponse":{"id":"a","name":"a","response":{"output":"Here"}}},{"inlineData":{"mimeType":"image/png","data":"AQ=="}}""")]
    public void Write_ResultWithMedia_GoesWhereTheModelTakesIt(string model, string expected) => GeminiTestFormat.AssertJson(
        $$"""[{"role":"user","parts":[{{expected}}]}]""",
        Contents(model, Tool(new FunctionResultContent("a", new List<AIContent> { new TextContent("Here"), new DataContent(new byte[] { 1 }, "image/png") }))));

    [Fact]
    public void Write_GeneratedCallId_IsLeftOut()
    {
        var response = GeminiTestFormat.Read("""{"responseId":"r1","candidates":[{"content":{"parts":[{"functionCall":{"name":"f","args":{}}},{"functionCall":{"name":"f","args":{}}}]},"finishReason":"STOP"}]}""");
        var calls = response.Messages[0].Contents.Cast<FunctionCallContent>().ToList();
        Assert.NotEqual(calls[0].CallId, calls[1].CallId);
        GeminiTestFormat.AssertJson(
            """
            [{"role":"model","parts":[{"functionCall":{"name":"f","args":{}}},{"functionCall":{"name":"f","args":{}}}]},
             {"role":"user","parts":[{"functionResponse":{"name":"f","response":{"output":"1"}}},{"functionResponse":{"name":"f","response":{"output":"2"}}}]}]
            """,
            Contents(response.Messages[0], Tool(new FunctionResultContent(calls[0].CallId, "1"), new FunctionResultContent(calls[1].CallId, "2"))));
    }

    [Theory]
    [InlineData("gemini-3-pro-preview", true)]
    [InlineData("models/gemini-3.1-flash", true)]
    [InlineData("gemini-2.5-pro", false)]
    public void Write_CallOfAnotherModel_HasTheStandInWhereSignaturesAreDemanded(string model, bool demanded)
    {
        var parts = JsonNode.Parse(Contents(model, Assistant(new FunctionCallContent("toolu_1", "f"), new FunctionCallContent("toolu_2", "g"))))![0]!["parts"]!;
        Assert.Equal(demanded ? "c2tpcF90aG91Z2h0X3NpZ25hdHVyZV92YWxpZGF0b3I=" : null, (string?)parts[0]!["thoughtSignature"]);
        Assert.Null(parts[1]!["thoughtSignature"]);
    }

    [Fact]
    public void Write_SignedParts_KeepTheirSignatures()
    {
        const string Parts = """
            [{"text":"Thinking","thought":true,"thoughtSignature":"AAAA"},{"text":"Hello","thoughtSignature":"BBBB"},{"text":"","thoughtSignature":"CCCC"},
             {"functionCall":{"id":"1","name":"f","args":{}},"thoughtSignature":"DDDD"},{"inlineData":{"mimeType":"image/png","data":"AQ=="},"thoughtSignature":"EEEE"},
             {"executableCode":{"id":"c","language":"PYTHON","code":"print(1)"},"thoughtSignature":"FFFF"},{"codeExecutionResult":{"id":"c","outcome":"OUTCOME_OK","output":"1\n"}},
             {"codeExecutionResult":{"id":"c","outcome":"OUTCOME_FAILED","output":"no"}},
             {"toolCall":{"id":"t","toolType":"GOOGLE_SEARCH_WEB","args":{"queries":["q"]}},"thoughtSignature":"GGGG"},{"toolResponse":{"id":"t","toolType":"FILE_SEARCH"}}]
            """;
        var response = GeminiTestFormat.Read($$"""{"candidates":[{"content":{"role":"model","parts":{{Parts}}},"finishReason":"STOP"}]}""");
        GeminiTestFormat.AssertJson($$"""[{"role":"model","parts":{{Parts}}}]""", Contents("gemini-3-flash-preview", response.Messages[0]));
    }

    [Fact]
    public void Write_RawBlocksOfAnotherProvider_AreNotWritten() => GeminiTestFormat.AssertJson(
        """[{"role":"model","parts":[{"text":"Hi"}]}]""",
        Contents(Assistant(
            new AIContent { RawRepresentation = GeminiTestFormat.Json("""{"type":"server_tool_use","id":"x"}""") },
            new TextContent("Hi"),
            new ErrorContent("no"),
            new UsageContent(new UsageDetails()))));

    [Fact]
    public void Write_EmptyTurn_StaysATurn() => GeminiTestFormat.AssertJson(
        """[{"role":"user","parts":[{"text":"Hi"}]},{"role":"model","parts":[{"text":""}]}]""",
        Contents(User(new TextContent("Hi")), Assistant(new TextContent(string.Empty)), Assistant()));

    [Fact]
    public void Write_Sampling_IsGenerationConfig() => GeminiTestFormat.AssertJson(
        """
        {"contents":[{"role":"user","parts":[{"text":"Hi"}]}],
         "generationConfig":{"temperature":0.5,"topP":0.25,"topK":40,"maxOutputTokens":100,"stopSequences":["END"],"seed":7,"frequencyPenalty":0.5,"presencePenalty":-0.5}}
        """,
        GeminiTestFormat.Write(new ChatOptions
        {
            Temperature = 0.5f, TopP = 0.25f, TopK = 40, MaxOutputTokens = 100, StopSequences = ["END"], Seed = 7, FrequencyPenalty = 0.5f, PresencePenalty = -0.5f,
        }));

    [Fact]
    public void Write_Formats_AreMimeTypes()
    {
        Assert.Equal("""{"responseMimeType":"application/json"}""", Config(new ChatOptions { ResponseFormat = ChatResponseFormat.Json }));
        Assert.Equal("""{"responseMimeType":"text/plain"}""", Config(new ChatOptions { ResponseFormat = ChatResponseFormat.Text }));
        Assert.Equal(
            """{"responseMimeType":"application/json","responseJsonSchema":{"type":"object"}}""",
            Config(new ChatOptions { ResponseFormat = ChatResponseFormat.ForJsonSchema(GeminiTestFormat.Json("""{"$schema":"https://json-schema.org/draft/2020-12/schema","type":"object"}""")) }));
    }

    [Theory]
    [InlineData("gemini-2.5-flash", ReasoningEffort.None, """{"thinkingBudget":0}""")]
    [InlineData("gemini-2.5-pro", ReasoningEffort.None, """{"thinkingBudget":128}""")]
    [InlineData("gemini-2.5-pro", ReasoningEffort.ExtraHigh, """{"thinkingBudget":32768}""")]
    [InlineData("gemini-2.5-flash-lite", ReasoningEffort.Medium, """{"thinkingBudget":8192}""")]
    [InlineData("gemini-3-flash-preview", ReasoningEffort.None, """{"thinkingLevel":"MINIMAL"}""")]
    [InlineData("gemini-3-pro-preview", ReasoningEffort.Medium, """{"thinkingLevel":"HIGH"}""")]
    [InlineData("models/gemini-3.1-pro-preview", ReasoningEffort.Medium, """{"thinkingLevel":"MEDIUM"}""")]
    [InlineData("gemini-flash-latest", ReasoningEffort.High, """{"thinkingLevel":"HIGH"}""")]
    [InlineData("gemini-2.0-flash", ReasoningEffort.High, null)]
    public void Write_Effort_IsWhatTheModelTakes(string model, ReasoningEffort effort, string? expected) =>
        Assert.Equal(expected, JsonNode.Parse(Config(new ChatOptions { Reasoning = new() { Effort = effort } }, model) ?? "{}")!["thinkingConfig"]?.ToJsonString());

    [Theory]
    [InlineData(ReasoningOutput.None, "false")]
    [InlineData(ReasoningOutput.Summary, "true")]
    [InlineData(ReasoningOutput.Full, "true")]
    public void Write_ReasoningOutput_IsIncludeThoughts(ReasoningOutput output, string expected) =>
        Assert.Equal($$$"""{"thinkingConfig":{"includeThoughts":{{{expected}}}}}""", Config(new ChatOptions { Reasoning = new() { Output = output } }));

    [Fact]
    public void Write_RawMembers_AreMergedAndTypedOnesWin() => GeminiTestFormat.AssertJson(
        """
        {"contents":[{"role":"user","parts":[{"text":"Hi"}]}],
         "tools":[{"googleSearch":{}},{"urlContext":{}}],
         "toolConfig":{"functionCallingConfig":{"mode":"AUTO","allowedFunctionNames":["f"]},"includeServerSideToolInvocations":true},
         "generationConfig":{"temperature":1,"thinkingConfig":{"includeThoughts":true,"thinkingBudget":77},"responseModalities":["TEXT","IMAGE"]},
         "safetySettings":[],"cachedContent":"cachedContents/1"}
        """,
        GeminiTestFormat.Write(new ChatOptions
        {
            Temperature = 1,
            Reasoning = new() { Output = ReasoningOutput.Full },
            ToolMode = ChatToolMode.Auto,
            Tools = [new HostedWebSearchTool()],
            RawRepresentationFactory = _ => JsonNode.Parse("""
                {"safetySettings":[],"cachedContent":"cachedContents/1","contents":[],"model":"x","tools":[{"urlContext":{}}],
                 "tool_config":{"includeServerSideToolInvocations":true,"function_calling_config":{"mode":"NONE","allowed_function_names":["f"]}},
                 "generationConfig":{"temperature":2,"response_modalities":["TEXT","IMAGE"],"thinking_config":{"thinking_budget":77,"include_thoughts":false}}}
                """),
        }));

    [Fact]
    public void Write_Tools_AreDeclaredWithJsonSchema() => GeminiTestFormat.AssertJson(
        """
        [{"functionDeclarations":[
            {"name":"f","description":"Does f","parametersJsonSchema":{"type":"object","properties":{"x":{"$ref":"#/$defs/X"}},"$defs":{"X":{"type":"integer"}}}},
            {"name":"g"}]},
         {"googleSearch":{"timeRangeFilter":{"startTime":"2026-01-01T00:00:00Z"}}},{"codeExecution":{}},{"fileSearch":{"fileSearchStoreNames":["fileSearchStores/a"],"topK":3}}]
        """,
        JsonNode.Parse(GeminiTestFormat.Write(new ChatOptions
        {
            Tools =
            [
                AIFunctionFactory.CreateDeclaration("f", "Does f", GeminiTestFormat.Json("""{"type":"object","properties":{"x":{"$ref":"#/$defs/X"}},"$defs":{"X":{"type":"integer"}}}""")),
                AIFunctionFactory.CreateDeclaration("g", null, GeminiTestFormat.Json("{}")),
                new HostedWebSearchTool(new Dictionary<string, object?> { ["timeRangeFilter"] = GeminiTestFormat.Json("""{"startTime":"2026-01-01T00:00:00Z"}""") }),
                new HostedCodeInterpreterTool(),
                new HostedFileSearchTool { Inputs = [new HostedVectorStoreContent("fileSearchStores/a")], MaximumResultCount = 3 },
            ],
        }))!["tools"]!.ToJsonString());

    [Fact]
    public void Write_ToolModes_AreFunctionCallingModes()
    {
        Assert.Equal("""{"functionCallingConfig":{"mode":"AUTO"}}""", ToolConfig(ChatToolMode.Auto));
        Assert.Equal("""{"functionCallingConfig":{"mode":"NONE"}}""", ToolConfig(ChatToolMode.None));
        Assert.Equal("""{"functionCallingConfig":{"mode":"ANY"}}""", ToolConfig(ChatToolMode.RequireAny));
        Assert.Equal("""{"functionCallingConfig":{"mode":"ANY","allowedFunctionNames":["f"]}}""", ToolConfig(ChatToolMode.RequireSpecific("f")));
        Assert.Null(ToolConfig(null));
    }

    [Fact]
    public void Write_StrictFunction_IsValidatedMode()
    {
        var strict = AIFunctionFactory.Create((int x) => x, new AIFunctionFactoryOptions { Name = "f", AdditionalProperties = new Dictionary<string, object?> { ["strict"] = true } });
        var written = JsonNode.Parse(GeminiTestFormat.Write(new ChatOptions { Tools = [strict] }))!;
        Assert.Equal("VALIDATED", (string?)written["toolConfig"]!["functionCallingConfig"]!["mode"]);
    }

    [Fact]
    public void GetPath_Models_AreResources()
    {
        Assert.Equal("models/gemini-2.5-flash:generateContent", GeminiTestFormat.Format.GetPath("gemini-2.5-flash", streaming: false));
        Assert.Equal("models/gemini-2.5-flash:streamGenerateContent?alt=sse", GeminiTestFormat.Format.GetPath("models/gemini-2.5-flash", streaming: true));
        Assert.Equal("tunedModels/a%20b:generateContent", GeminiTestFormat.Format.GetPath("tunedModels/a b", streaming: false));
        Assert.Equal("models/x%3Fkey%3D1:generateContent", GeminiTestFormat.Format.GetPath("x?key=1", streaming: false));
    }

    private static string? Config(ChatOptions options, string model = "gemini-2.5-flash") =>
        JsonNode.Parse(GeminiTestFormat.Write(options, model))!["generationConfig"]?.ToJsonString();

    private static string? ToolConfig(ChatToolMode? mode) => JsonNode.Parse(GeminiTestFormat.Write(new ChatOptions { ToolMode = mode, Tools = [AIFunctionFactory.Create(() => 1, "f")] }))!["toolConfig"]?.ToJsonString();
}
