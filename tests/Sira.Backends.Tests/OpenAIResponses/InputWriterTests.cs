using System.Text.Json;
using Microsoft.Extensions.AI;
using static Sira.Backends.Tests.OpenAIResponses.ResponsesWire;

namespace Sira.Backends.Tests.OpenAIResponses;

public sealed class InputWriterTests
{
    private const string Pixel = "data:image/png;base64,iVBORw==";

    [Fact]
    public void WriteRequest_WithEachRole_WritesIt() =>
        AssertJson(
            """[{"role":"system","content":"s"},{"role":"developer","content":"d"},{"role":"user","content":"u"},{"role":"assistant","content":"a"}]""",
            Input(new(ChatRole.System, "s"), new(new ChatRole("developer"), "d"), new(ChatRole.User, "u"), new(ChatRole.Assistant, "a")));

    [Fact]
    public void WriteRequest_WithEveryKindOfPart_WritesEach() =>
        AssertJson(
            """
            [{"role":"user","content":[
              {"type":"input_text","text":"Look:"},
              {"type":"input_image","image_url":"data:image/png;base64,iVBORw==","detail":"low"},
              {"type":"input_image","image_url":"https://example.com/a.png"},
              {"type":"input_image","file_id":"file_1"},
              {"type":"input_file","filename":"a.pdf","file_data":"data:application/pdf;base64,AAAA"},
              {"type":"input_file","filename":"file.txt","file_data":"data:text/plain;base64,AAAA"},
              {"type":"input_file","file_url":"https://example.com/a.pdf"},
              {"type":"input_file","file_id":"file_2"},
              {"type":"input_audio","input_audio":{"data":"AAAA","format":"mp3"}},
              {"type":"input_audio","input_audio":{"data":"AAAA","format":"wav"}}]}]
            """,
            Input(new ChatMessage(ChatRole.User,
            [
                new TextContent("Look:"),
                new DataContent(Pixel) { AdditionalProperties = new() { ["detail"] = "low" } },
                new UriContent("https://example.com/a.png", "image/png"),
                new HostedFileContent("file_1") { MediaType = "image/png" },
                new DataContent("data:application/pdf;base64,AAAA") { Name = "a.pdf" },
                new DataContent("data:text/plain;base64,AAAA"),
                new UriContent("https://example.com/a.pdf", "application/pdf"),
                new HostedFileContent("file_2"),
                new DataContent("data:audio/mpeg;base64,AAAA"),
                new DataContent("data:audio/wav;base64,AAAA"),
            ])));

    [Fact]
    public void WriteRequest_WithToolRound_WritesCallsAndOutputsInOrder() =>
        AssertJson(
            """
            [{"role":"assistant","content":"Let me see."},
             {"type":"function_call","call_id":"c1","name":"weather","arguments":"{\"city\":\"Rome\"}"},
             {"type":"function_call","call_id":"c2","name":"time","arguments":"{}"},
             {"type":"function_call_output","call_id":"c1","output":"sunny"},
             {"type":"function_call_output","call_id":"c2","output":"{\"hour\":3}"},
             {"type":"function_call_output","call_id":"c3","output":"Error: no such tool"},
             {"type":"function_call_output","call_id":"c4","output":[{"type":"input_text","text":"Here:"},{"type":"input_image","image_url":"data:image/png;base64,iVBORw=="}]},
             {"type":"function_call_output","call_id":"c5","output":[{"type":"input_image","image_url":"data:image/png;base64,iVBORw=="}]}]
            """,
            Input(
                new(ChatRole.Assistant,
                [
                    new TextContent("Let me see."),
                    new FunctionCallContent("c1", "weather", new Dictionary<string, object?> { ["city"] = "Rome" }),
                    new FunctionCallContent("c2", "time"),
                ]),
                new(ChatRole.Tool,
                [
                    new FunctionResultContent("c1", "sunny"),
                    new FunctionResultContent("c2", Json("""{"hour":3}""")),
                    new FunctionResultContent("c3", null) { Exception = new InvalidOperationException("no such tool") },
                    new FunctionResultContent("c4", new List<AIContent> { new TextContent("Here:"), new DataContent(Pixel) }),
                    new FunctionResultContent("c5", new DataContent(Pixel)),
                ])));

    [Fact]
    public void WriteRequest_WithTextOnBothSidesOfACall_KeepsTheOrder() =>
        AssertJson(
            """[{"role":"assistant","content":"before"},{"type":"function_call","call_id":"c1","name":"f","arguments":"{}"},{"role":"assistant","content":"after"}]""",
            Input(new ChatMessage(ChatRole.Assistant, [new TextContent("before"), new FunctionCallContent("c1", "f"), new TextContent("after")])));

    [Fact]
    public void WriteRequest_WithRefusal_GivesItBack() =>
        AssertJson(
            """[{"role":"assistant","content":[{"type":"refusal","refusal":"No."}]}]""",
            Input(new ChatMessage(ChatRole.Assistant, [new ErrorContent("No.") { ErrorCode = "Refusal" }, new ErrorContent("internal")])));

    [Fact]
    public void WriteRequest_WithMcpApproval_WritesRequestAndResponse()
    {
        var request = new ToolApprovalRequestContent("mcpr_1", new McpServerToolCallContent("mcpr_1", "search", "docs") { Arguments = new Dictionary<string, object?> { ["q"] = "x" } });
        var response = request.CreateResponse(approved: false, "Too broad.");

        AssertJson(
            """
            [{"type":"mcp_approval_request","id":"mcpr_1","server_label":"docs","name":"search","arguments":"{\"q\":\"x\"}"},
             {"type":"mcp_approval_response","approval_request_id":"mcpr_1","approve":false,"reason":"Too broad."}]
            """,
            Input(new(ChatRole.Assistant, [request]), new(ChatRole.User, [response])));
    }

    [Fact]
    public void WriteRequest_WithApprovalOfALocalFunction_LeavesItOut()
    {
        var request = new ToolApprovalRequestContent("r1", new FunctionCallContent("c1", "f"));

        AssertJson("[]", Input(new(ChatRole.Assistant, [request]), new(ChatRole.User, [request.CreateResponse(approved: true, null)])));
    }

    [Fact]
    public void WriteRequest_WithContentsOfAnotherProvider_SendsOnlyWhatAnyoneUnderstands()
    {
        var foreign = new ChatMessage(ChatRole.Assistant,
        [
            new TextReasoningContent("hm") { ProtectedData = "signature", RawRepresentation = Json("""{"type":"thinking","thinking":"hm","signature":"signature"}""") },
            new WebSearchToolCallContent("srvtoolu_1") { Queries = ["x"], RawRepresentation = Json("""{"type":"server_tool_use","id":"srvtoolu_1"}""") },
            new WebSearchToolResultContent("srvtoolu_1"),
            new AIContent { RawRepresentation = Json("""{"type":"container_upload","file_id":"f"}""") },
            new AIContent { RawRepresentation = new object() },
            new DataContent(Pixel),
            new UsageContent(new()),
            new TextContent("Found.") { Annotations = [new CitationAnnotation { Url = new("https://example.com"), RawRepresentation = Json("""{"type":"web_search_result_location"}""") }] },
        ]);

        AssertJson("""[{"role":"assistant","content":"Found."}]""", Input(foreign));
    }

    [Fact]
    public void WriteRequest_WithRawItemAndPart_WritesThemAsTheyAre() =>
        AssertJson(
            """[{"type":"item_reference","id":"msg_1"},{"role":"user","content":[{"type":"input_image","file_id":"f","detail":"high"}]},{"role":"user","content":"and"},{"type":"custom_tool_call_output","call_id":"c","output":"x"}]""",
            Input(
                new(ChatRole.User, [new AIContent { RawRepresentation = Json("""{"type":"item_reference","id":"msg_1"}""") }, new AIContent { RawRepresentation = Json("""{"type":"input_image","file_id":"f","detail":"high"}""") }]),
                new(ChatRole.Tool, [new TextContent("and"), new AIContent { RawRepresentation = Json("""{"type":"custom_tool_call_output","call_id":"c","output":"x"}""") }])));

    [Fact]
    public void WriteRequest_WithReasoningThatTheProviderWasToKeep_LeavesItOutWhenItKeepsNothing()
    {
        var answer = Read(Response("""{"type":"reasoning","id":"rs_1","summary":[{"type":"summary_text","text":"Thinking."}]},{"type":"message","id":"msg_1","role":"assistant","status":"completed","content":[{"type":"output_text","text":"4"}]}"""));
        List<ChatMessage> messages = [.. answer.Messages];

        Assert.Equal(1, Write(messages).GetProperty("input").GetArrayLength());
        AssertJson(
            """{"type":"reasoning","id":"rs_1","summary":[{"type":"summary_text","text":"Thinking."}]}""",
            Write(messages, new ChatOptions { ConversationId = "conv_1" }).GetProperty("input")[0]);
    }

    [Fact]
    public void WriteRequest_AfterMessagesWereStoredAsJson_GivesBackTheSame()
    {
        var answer = Read(Response(
            """
            {"type":"reasoning","id":"rs_1","summary":[],"encrypted_content":"secret"},
            {"type":"mcp_list_tools","id":"mcpl_1","server_label":"docs","tools":[]},
            {"type":"mcp_call","id":"mcp_1","server_label":"docs","name":"search","arguments":"{}","output":"found","error":null,"approval_request_id":null,"status":"completed"},
            {"type":"function_call","id":"fc_1","call_id":"c1","name":"f","arguments":"{\"a\":1}","status":"completed"},
            {"type":"message","id":"msg_1","role":"assistant","status":"completed","phase":"final_answer","content":[{"type":"output_text","text":"Done."}]}
            """));
        IList<ChatMessage> messages = answer.Messages;
        var options = AIJsonUtilities.DefaultOptions;

        var stored = JsonSerializer.Deserialize<IList<ChatMessage>>(JsonSerializer.Serialize(messages, options), options)!;

        AssertJson(Input([.. messages]), Input([.. stored]));
        Assert.Equal(5, Json(Input([.. stored])).GetArrayLength());
    }
}
