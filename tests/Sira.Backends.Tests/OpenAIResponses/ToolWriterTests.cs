using System.Drawing;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using Sira.Backends.OpenAIResponses;
using Sira.Errors;
using static Sira.Backends.Tests.OpenAIResponses.ResponsesWire;

namespace Sira.Backends.Tests.OpenAIResponses;

public sealed class ToolWriterTests
{
    private static readonly JsonElement Schema = Json("""{"type":"object","properties":{"city":{"type":"string"}}}""");

    private static string WriteTool(AITool tool) => Write([], new ChatOptions { Tools = [tool] }).GetProperty("tools")[0].GetRawText();

    private static AIFunction CreateFunction(IReadOnlyDictionary<string, object?>? properties = null) =>
        AIFunctionFactory.Create((string city) => city, new AIFunctionFactoryOptions { Name = "weather", Description = "Tells the weather.", AdditionalProperties = properties });

    [Fact]
    public void WriteRequest_WithFunction_SaysThatItIsNotStrict() =>
        AssertJson(
            """{"type":"function","name":"weather","description":"d","parameters":{"type":"object","properties":{"city":{"type":"string"}}},"strict":false}""",
            WriteTool(AIFunctionFactory.CreateDeclaration("weather", "d", Schema)));

    [Theory]
    [InlineData(true, "true")]
    [InlineData(false, "false")]
    public void WriteRequest_WithStrictProperty_WritesIt(bool strict, string expected) =>
        Assert.Equal(expected, Json(WriteTool(CreateFunction(new Dictionary<string, object?> { ["strict"] = strict }))).GetProperty("strict").GetRawText());

    [Fact]
    public void WriteRequest_WithNullAsStrictProperty_LeavesItToTheProvider() =>
        Assert.False(Json(WriteTool(CreateFunction(new Dictionary<string, object?> { ["strict"] = null }))).TryGetProperty("strict", out _));

    [Fact]
    public void WriteRequest_WithStrictPropertyThatIsNoBoolean_Fails() =>
        Assert.Contains("weather", Assert.Throws<BackendException>(() => WriteTool(CreateFunction(new Dictionary<string, object?> { ["strict"] = "yes" }))).Message, StringComparison.Ordinal);

    [Fact]
    public void WriteRequest_WithOtherPropertiesOfAFunction_KeepsThemToItself() =>
        Assert.Equal(["type", "name", "description", "parameters", "strict"], Json(WriteTool(CreateFunction(new Dictionary<string, object?> { ["owner"] = "team" }))).EnumerateObject().Select(member => member.Name));

    [Fact]
    public void WriteRequest_WithWebSearch_WritesItsPropertiesAsMembers()
    {
        AssertJson("""{"type":"web_search"}""", WriteTool(new HostedWebSearchTool()));
        AssertJson(
            """{"type":"web_search_preview","search_context_size":"low","user_location":{"type":"approximate","country":"DE"},"limit":3,"nothing":null}""",
            WriteTool(new HostedWebSearchTool(new Dictionary<string, object?>
            {
                ["type"] = "web_search_preview",
                ["search_context_size"] = "low",
                ["user_location"] = JsonNode.Parse("""{"type":"approximate","country":"DE"}"""),
                ["limit"] = 3,
                ["nothing"] = null,
            })));
    }

    [Fact]
    public void WriteRequest_WithFileSearch_NamesTheStores() =>
        AssertJson(
            """{"type":"file_search","vector_store_ids":["vs_1","vs_2"],"max_num_results":5}""",
            WriteTool(new HostedFileSearchTool { Inputs = [new HostedVectorStoreContent("vs_1"), new HostedVectorStoreContent("vs_2")], MaximumResultCount = 5 }));

    [Fact]
    public void WriteRequest_WithCodeInterpreter_GivesItAContainer()
    {
        AssertJson("""{"type":"code_interpreter","container":{"type":"auto"}}""", WriteTool(new HostedCodeInterpreterTool()));
        AssertJson("""{"type":"code_interpreter","container":{"type":"auto","file_ids":["file_1"]}}""", WriteTool(new HostedCodeInterpreterTool { Inputs = [new HostedFileContent("file_1")] }));
        AssertJson("""{"type":"code_interpreter","container":"cntr_1"}""", WriteTool(new HostedCodeInterpreterTool(new Dictionary<string, object?> { ["container"] = "cntr_1" })));
    }

    [Fact]
    public void WriteRequest_WithMcpServer_WritesAllOfIt() =>
        AssertJson(
            """
            {"type":"mcp","server_label":"docs","server_url":"https://mcp.example.com/","server_description":"Docs.","allowed_tools":["search"],"headers":{"X-Key":"v"},
             "require_approval":{"always":{"tool_names":["write"]},"never":{"tool_names":["search"]}},"authorization":"t"}
            """,
            WriteTool(new HostedMcpServerTool("docs", "https://mcp.example.com/", new Dictionary<string, object?> { ["authorization"] = "t" })
            {
                ServerDescription = "Docs.",
                AllowedTools = ["search"],
                Headers = new Dictionary<string, string> { ["X-Key"] = "v" },
                ApprovalMode = HostedMcpServerToolApprovalMode.RequireSpecific(["write"], ["search"]),
            }));

    [Fact]
    public void WriteRequest_WithConnector_NamesItInsteadOfAnAddress()
    {
        var tool = new HostedMcpServerTool("calendar", "connector_googlecalendar") { ApprovalMode = HostedMcpServerToolApprovalMode.NeverRequire };

        AssertJson("""{"type":"mcp","server_label":"calendar","connector_id":"connector_googlecalendar","require_approval":"never"}""", WriteTool(tool));
    }

    [Fact]
    public void WriteRequest_WithImageGeneration_WritesItsOptions() =>
        AssertJson(
            """{"type":"image_generation","model":"gpt-image-1","size":"1024x512","output_format":"webp","partial_images":2,"quality":"low"}""",
            WriteTool(new HostedImageGenerationTool(new Dictionary<string, object?> { ["quality"] = "low" })
            {
                Options = new() { ModelId = "gpt-image-1", ImageSize = new Size(1024, 512), MediaType = "image/webp", StreamingCount = 2 },
            }));

    [Fact]
    public void WriteRequest_WithRawTool_WritesItAsItIs()
    {
        var tool = new OpenAIResponsesTool(Json("""{"type":"custom","name":"shell","description":"Runs.","format":{"type":"text"}}"""));

        AssertJson("""{"type":"custom","name":"shell","description":"Runs.","format":{"type":"text"}}""", WriteTool(tool));
        Assert.Equal("shell", tool.Name);
        Assert.Equal("Runs.", tool.Description);
        Assert.Equal("computer_use_preview", new OpenAIResponsesTool(Json("""{"type":"computer_use_preview"}""")).Name);
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"type":1}""")]
    public void OpenAIResponsesTool_WithoutAType_Throws(string definition) => Assert.Throws<ArgumentException>(() => new OpenAIResponsesTool(Json(definition)));

    [Fact]
    public void WriteRequest_WithToolOfUnknownKind_NamesIt()
    {
        var exception = Assert.Throws<BackendException>(() => WriteTool(new StrangeTool()));

        Assert.Equal(BackendErrorKind.BadRequest, exception.Kind);
        Assert.Contains(nameof(StrangeTool), exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void WriteRequest_WithToolMode_WritesTheChoice()
    {
        List<AITool> tools = [CreateFunction(), new HostedWebSearchTool(), new HostedMcpServerTool("docs", "https://mcp.example.com")];

        string? Choice(ChatToolMode? mode) => Write([], new ChatOptions { Tools = tools, ToolMode = mode }).TryGetProperty("tool_choice", out var choice) ? choice.GetRawText() : null;

        Assert.Null(Choice(null));
        Assert.Equal("\"auto\"", Choice(ChatToolMode.Auto));
        Assert.Equal("\"none\"", Choice(ChatToolMode.None));
        Assert.Equal("\"required\"", Choice(ChatToolMode.RequireAny));
        AssertJson("""{"type":"function","name":"weather"}""", Choice(ChatToolMode.RequireSpecific("weather"))!);
        AssertJson("""{"type":"web_search"}""", Choice(ChatToolMode.RequireSpecific("web_search"))!);
        AssertJson("""{"type":"mcp","server_label":"docs"}""", Choice(ChatToolMode.RequireSpecific("docs"))!);
        AssertJson("""{"type":"function","name":"file_search"}""", Choice(ChatToolMode.RequireSpecific("file_search"))!);
    }

    private sealed class StrangeTool : AITool;
}
