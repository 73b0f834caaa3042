using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using Sira.Backends.Anthropic;
using Sira.Backends.Wire;
using Sira.Errors;
using static Sira.Backends.Tests.Anthropic.AnthropicWire;

namespace Sira.Backends.Tests.Anthropic;

public class AnthropicToolTests
{
    private static readonly AIFunctionDeclaration Weather = AIFunctionFactory.CreateDeclaration("weather", "Tells it.", Json("""{"type":"object","properties":{"city":{"type":"string"}},"required":["city"]}"""));

    [Fact]
    public void Write_Function_HasItsSchema() => AssertJson(
        """[{"name":"weather","description":"Tells it.","input_schema":{"type":"object","properties":{"city":{"type":"string"}},"required":["city"]}}]""",
        Ask(Weather)["tools"]);

    [Fact]
    public void Write_FunctionWithoutSchema_IsGivenTheTypeThatIsDemanded() => AssertJson(
        """[{"name":"now","input_schema":{"type":"object"}}]""",
        Ask(AIFunctionFactory.CreateDeclaration("now", null, Json("{}")))["tools"]);

    [Fact]
    public void Write_StrictFunction_IsClosedAndKeepsOnlyPropertiesOfThisWire()
    {
        var strict = AIFunctionFactory.Create((int count) => count, new AIFunctionFactoryOptions
        {
            Name = "f",
            AdditionalProperties = new Dictionary<string, object?> { ["strict"] = true, ["cache_control"] = Json("""{"type":"ephemeral"}"""), ["somebodys"] = 1 },
        });
        AssertJson(
            """[{"name":"f","input_schema":{"type":"object","properties":{"count":{"type":"integer"}},"required":["count"],"additionalProperties":false},"strict":true,"cache_control":{"type":"ephemeral"}}]""",
            Ask(strict)["tools"]);
    }

    [Fact]
    public void Write_HostedTools_AreTheProvidersOwn() => AssertJson(
        """
        [{"type":"web_search_20250305","name":"web_search","max_uses":3,"allowed_domains":["example.org"]},
         {"type":"code_execution_20260120","name":"code_execution"},
         {"type":"memory_20250818","name":"memory"}]
        """,
        Ask(
            new HostedWebSearchTool(new Dictionary<string, object?> { ["max_uses"] = 3, ["allowed_domains"] = new[] { "example.org" }, ["search_context_size"] = "low" }),
            new HostedCodeInterpreterTool(new Dictionary<string, object?> { ["type"] = "code_execution_20260120" }),
            new AnthropicTool(Json("""{"type":"memory_20250818","name":"memory"}""")))["tools"]);

    [Fact]
    public void Write_CodeInterpreterInputs_AreUploadedToItsContainer()
    {
        var request = Write([new(ChatRole.User, "Sum it."), new(ChatRole.Assistant, "ok")], new ChatOptions { Tools = [new HostedCodeInterpreterTool { Inputs = [new HostedFileContent("file_9")] }] });
        AssertJson("""[{"type":"text","text":"Sum it."},{"type":"container_upload","file_id":"file_9"}]""", request["messages"]![0]!["content"]);
    }

    [Fact]
    public void Write_McpServer_IsAServerAndNoTool()
    {
        var server = new HostedMcpServerTool("wiki", "https://mcp.example.org/mcp")
        {
            AllowedTools = ["ask"],
            Headers = new Dictionary<string, string> { ["Authorization"] = "Bearer token" },
            ApprovalMode = HostedMcpServerToolApprovalMode.NeverRequire,
        };
        var request = Write([new(ChatRole.User, "x")], new ChatOptions { Tools = [server], ToolMode = ChatToolMode.Auto });
        AssertJson(
            """[{"type":"url","url":"https://mcp.example.org/mcp","name":"wiki","authorization_token":"token","tool_configuration":{"enabled":true,"allowed_tools":["ask"]}}]""",
            request["mcp_servers"]);
        Assert.Null(request["tools"]);
        AssertJson("""{"type":"auto"}""", request["tool_choice"]);
    }

    [Fact]
    public void Write_McpServerThatNeedsApproval_IsRefused()
    {
        var server = new HostedMcpServerTool("wiki", "https://mcp.example.org/mcp") { ApprovalMode = HostedMcpServerToolApprovalMode.AlwaysRequire };
        var exception = Assert.Throws<BackendException>(() => Ask(server));
        Assert.Equal(BackendErrorKind.BadRequest, exception.Kind);
        Assert.Contains("NeverRequire", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Write_ToolThatTheWireLacks_IsRefusedAndNotDropped() =>
        Assert.Contains("HostedFileSearchTool", Assert.Throws<BackendException>(() => Ask(new HostedFileSearchTool())).Message, StringComparison.Ordinal);

    [Fact]
    public void Write_ToolSearch_DefersTheFunctionsItFinds()
    {
#pragma warning disable MEAI001 // The type is for evaluation only as yet.
        var search = new HostedToolSearchTool { DeferredTools = ["weather"] };
#pragma warning restore MEAI001
        var tools = Ask(search, Weather, AIFunctionFactory.CreateDeclaration("now", null, Json("""{"type":"object"}""")))["tools"]!;
        AssertJson("""{"type":"tool_search_tool_bm25_20251119","name":"tool_search_tool_bm25"}""", tools[0]);
        Assert.True((bool)tools[1]!["defer_loading"]!);
        Assert.Null(tools[2]!["defer_loading"]);
    }

    public static TheoryData<ChatToolMode?, bool?, string?> Choices => new()
    {
        { null, null, null },
        { ChatToolMode.Auto, null, """{"type":"auto"}""" },
        { ChatToolMode.RequireAny, null, """{"type":"any"}""" },
        { ChatToolMode.RequireAny, false, """{"type":"any","disable_parallel_tool_use":true}""" },
        { ChatToolMode.RequireSpecific("weather"), true, """{"type":"tool","name":"weather","disable_parallel_tool_use":false}""" },
        { ChatToolMode.None, false, """{"type":"none"}""" },
        { null, false, """{"type":"auto","disable_parallel_tool_use":true}""" },
    };

    [Theory]
    [MemberData(nameof(Choices))]
    public void Write_ToolMode_IsTheChoice(ChatToolMode? mode, bool? parallel, string? expected)
    {
        var choice = Write([new(ChatRole.User, "x")], new ChatOptions { Tools = [Weather], ToolMode = mode, AllowMultipleToolCalls = parallel })["tool_choice"];
        if (expected is null)
        {
            Assert.Null(choice);
        }
        else
        {
            AssertJson(expected, choice);
        }
    }

    [Fact]
    public void Write_ChoiceWithoutTools_IsLeftOut() =>
        Assert.Null(Write([new(ChatRole.User, "x")], new ChatOptions { ToolMode = ChatToolMode.Auto })["tool_choice"]);

    public static TheoryData<ChatOptions, string?> Betas => new()
    {
        { new ChatOptions(), null },
        { new ChatOptions { Tools = [new HostedWebSearchTool(), new HostedCodeInterpreterTool()] }, null },
        { new ChatOptions { Tools = [new HostedMcpServerTool("a", "https://a.example/")] }, "mcp-client-2025-04-04" },
        { new ChatOptions { Tools = [new AnthropicTool(Json("""{"type":"mcp_toolset","mcp_server_name":"a"}"""))], RawRepresentationFactory = _ => Json("""{"mcp_servers":[]}""") }, "mcp-client-2025-11-20" },
        { new ChatOptions { Tools = [new HostedCodeInterpreterTool { Inputs = [new HostedFileContent("f")] }] }, "files-api-2025-04-14" },
        { new ChatOptions { RawRepresentationFactory = _ => new JsonObject { ["context_management"] = new JsonObject { ["edits"] = new JsonArray(new JsonObject { ["type"] = "compact_20260112" }) } } }, "compact-2026-01-12" },
        { new ChatOptions { AdditionalProperties = new() { ["anthropic-beta"] = "one, two" } }, "one,two" },
    };

    [Theory]
    [MemberData(nameof(Betas))]
    public void GetBetas_Options_NameWhatTheyUse(ChatOptions options, string? expected) =>
        Assert.Equal(expected, Format.GetBetas(new WireRequest("claude-opus-5", [new(ChatRole.User, "x")], options, false)));

    [Fact]
    public void GetBetas_Messages_NameWhatTheyUse()
    {
        ChatMessage[] messages =
        [
            new(ChatRole.User, [new HostedFileContent("f")]),
            new(ChatRole.Tool, [new FunctionResultContent("a", new List<AIContent> { new HostedFileContent("f") })]),
            new(ChatRole.System, "Later") { AdditionalProperties = new() { ["in_place"] = true } },
        ];
        Assert.Equal("files-api-2025-04-14,mid-conversation-system-2026-04-07", Format.GetBetas(new WireRequest("claude-opus-5", messages, null, false)));
    }

    private static JsonNode Ask(params AITool[] tools) => Write([new(ChatRole.User, "x")], new ChatOptions { Tools = [.. tools] });
}
