using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Sira.Backends.Tests.OpenAIChat;

public sealed class OpenAIChatMessageWriterTests
{
    private static readonly byte[] Bytes = [1, 2, 3];

    [Fact]
    public void Write_Text_IsAString()
    {
        Assert.Equal("""{"role":"user","content":"Grüße","name":"Anna_1"}""", WireHarness.WriteMessage("openai", new ChatMessage(ChatRole.User, "Grüße") { AuthorName = "Anna_1" }));
        Assert.Equal("""{"role":"user","content":"Hi","name":"AnnaB"}""", WireHarness.WriteMessage("openai", new ChatMessage(ChatRole.User, "Hi") { AuthorName = "Anna B." }));
        Assert.Equal("""{"role":"user","content":"Hi"}""", WireHarness.WriteMessage("mistral", new ChatMessage(ChatRole.User, "Hi") { AuthorName = "Anna" }));
    }

    [Fact]
    public void Write_Media_ArePartsOfTheirKind()
    {
        var message = new ChatMessage(ChatRole.User,
        [
            new TextContent("Look"),
            new DataContent(Bytes, "image/png") { AdditionalProperties = new() { ["detail"] = "low" } },
            new UriContent("https://x.test/a.jpg", "image/jpeg"),
            new DataContent(Bytes, "audio/mpeg"),
            new DataContent(Bytes, "application/pdf") { Name = "a.pdf" },
            new HostedFileContent("file-1"),
        ]);

        Assert.Equal(
            """{"role":"user","content":[{"type":"text","text":"Look"},{"type":"image_url","image_url":{"url":"data:image/png;base64,AQID","detail":"low"}},{"type":"image_url","image_url":{"url":"https://x.test/a.jpg"}},{"type":"input_audio","input_audio":{"data":"AQID","format":"mp3"}},{"type":"file","file":{"filename":"a.pdf","file_data":"data:application/pdf;base64,AQID"}},{"type":"file","file":{"file_id":"file-1"}}]}""",
            WireHarness.WriteMessage("openai", message));
    }

    [Fact]
    public void Write_DocumentForMistralAndVideoForOpenRouter_HaveTheirForms()
    {
        Assert.Equal(
            """{"role":"user","content":[{"type":"document_url","document_url":"https://x.test/a.pdf"}]}""",
            WireHarness.WriteMessage("mistral", new ChatMessage(ChatRole.User, [new UriContent("https://x.test/a.pdf", "application/pdf")])));
        Assert.Equal(
            """{"role":"user","content":[{"type":"video_url","video_url":{"url":"https://x.test/a.mp4"}}]}""",
            WireHarness.WriteMessage("openrouter", new ChatMessage(ChatRole.User, [new UriContent("https://x.test/a.mp4", "video/mp4")])));
    }

    [Fact]
    public void Write_CacheControl_OnlyWhereItIsUnderstood()
    {
        var message = new ChatMessage(ChatRole.User, [new TextContent("Long") { AdditionalProperties = new() { ["cache_control"] = JsonElement.Parse("""{"type":"ephemeral"}""") } }]);

        Assert.Equal("""{"role":"user","content":[{"type":"text","text":"Long","cache_control":{"type":"ephemeral"}}]}""", WireHarness.WriteMessage("openrouter", message));
        Assert.Equal("""{"role":"user","content":"Long"}""", WireHarness.WriteMessage("openai", message));
    }

    [Fact]
    public void Write_ToolCallsAndResults_AreWritten()
    {
        var call = new ChatMessage(ChatRole.Assistant, [new TextContent("Let me "), new TextContent("see."), new FunctionCallContent("c1", "weather", new Dictionary<string, object?> { ["city"] = "Rome" }), new FunctionCallContent("c2", "now")]);

        Assert.Equal(
            """{"role":"assistant","content":"Let me see.","tool_calls":[{"id":"c1","type":"function","function":{"name":"weather","arguments":"{\"city\":\"Rome\"}"}},{"id":"c2","type":"function","function":{"name":"now","arguments":"{}"}}]}""",
            WireHarness.WriteMessage("openai", call));
        Assert.Equal(
            """{"model":"m","messages":[{"role":"tool","tool_call_id":"c1","content":"sunny"},{"role":"tool","tool_call_id":"c2","content":"Error: late"}]}""",
            WireHarness.Write("openai", [new(ChatRole.Tool, [new FunctionResultContent("c1", "sunny"), new FunctionResultContent("c2", null) { Exception = new TimeoutException("late") }])]));
    }

    [Fact]
    public void Write_MediaInAToolResult_InsideItWhereTaken_AfterItElsewhere()
    {
        var message = new ChatMessage(ChatRole.Tool, [new FunctionResultContent("c1", new List<AIContent> { new TextContent("a"), new DataContent(Bytes, "image/png") })]);

        Assert.Equal(
            """{"role":"tool","tool_call_id":"c1","content":[{"type":"text","text":"a"},{"type":"image_url","image_url":{"url":"data:image/png;base64,AQID"}}]}""",
            WireHarness.WriteMessage("openrouter", message));
        Assert.Equal(
            """{"model":"m","messages":[{"role":"tool","tool_call_id":"c1","content":"a"},{"role":"user","content":[{"type":"image_url","image_url":{"url":"data:image/png;base64,AQID"}}]}]}""",
            WireHarness.Write("openai", [message]));
    }

    [Theory]
    [InlineData("openai", """{"role":"assistant","content":"4"}""")]
    [InlineData("deepseek", """{"role":"assistant","content":"4","reasoning_content":"2+2"}""")]
    [InlineData("ollama", """{"role":"assistant","content":"4","reasoning":"2+2"}""")]
    [InlineData("openrouter", """{"role":"assistant","content":"4","reasoning_details":[{"type":"reasoning.text","text":"2+2","signature":"s"}]}""")]
    [InlineData("mistral", """{"role":"assistant","content":[{"type":"thinking","thinking":[{"type":"text","text":"2+2"}]},{"type":"text","text":"4"}]}""")]
    public void Write_EarlierReasoning_GoesBackAsTheDialectWantsIt(string dialect, string expected)
    {
        var reasoning = new TextReasoningContent("2+2") { ProtectedData = """[{"type":"reasoning.text","text":"2+2","signature":"s"}]""" };

        Assert.Contains($"[{expected},", WireHarness.Write(dialect, [new(ChatRole.Assistant, [reasoning, new TextContent("4")]), new(ChatRole.User, "Next")]), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("opaque")]
    [InlineData("[not json")]
    public void Write_ProtectedDataOfAnotherWire_IsLeftOut(string data)
    {
        Assert.Equal("""{"role":"assistant","content":"4"}""", WireHarness.WriteMessage("openrouter", new ChatMessage(ChatRole.Assistant, [new TextReasoningContent("x") { ProtectedData = data }, new TextContent("4")])));
    }

    [Fact]
    public void Write_Refusal_IsItsOwnMember()
    {
        Assert.Equal("""{"role":"assistant","content":"","refusal":"No."}""", WireHarness.WriteMessage("openai", new ChatMessage(ChatRole.Assistant, [new ErrorContent("No.") { ErrorCode = "Refusal" }])));
    }
}
