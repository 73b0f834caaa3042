using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using Sira.Backends.Anthropic;
using Sira.Backends.Tests.Anthropic;
using Sira.Requests;

// The tool search is for evaluation only as yet.
#pragma warning disable MEAI001

namespace Sira.Backends.Tests.PromptCaching;

public sealed class AnthropicBreakpointTests
{
    private static readonly Dictionary<string, object?> Own = new() { ["type"] = "ephemeral", ["ttl"] = "1h" };

    [Fact]
    public void Write_KeySet_MarksToolSystemAndTheLastTwoTurnsOfTheUser()
    {
        var written = AnthropicWire.Write(
            [
                new(ChatRole.System, "Be brief."),
                new(ChatRole.User, "One"),
                new(ChatRole.Assistant, "1"),
                new(ChatRole.User, [new TextContent("Two"), new DataContent(new byte[] { 1 }, "image/png")]),
                new(ChatRole.Assistant, [new FunctionCallContent("c1", "f", null), new FunctionCallContent("c2", "f", null)]),
                new(ChatRole.Tool, [new FunctionResultContent("c1", "a"), new FunctionResultContent("c2", "b")]),
            ],
            new SiraChatOptions { PromptCacheKey = "k", Instructions = "You help.", Tools = [Function("f"), Function("g")] });

        Assert.Equal(
            ["$.system[1]", "$.messages[2].content[1]", "$.messages[4].content[1]", "$.tools[1]"],
            Marked(written));
        AnthropicWire.AssertJson("""{"type":"text","text":"Be brief.","cache_control":{"type":"ephemeral"}}""", written["system"]![1]);
        AnthropicWire.AssertJson("""{"type":"tool_result","tool_use_id":"c2","content":"b","cache_control":{"type":"ephemeral"}}""", written["messages"]![4]!["content"]![1]);
    }

    [Fact]
    public void Write_NoKey_MarksNothing()
    {
        Assert.Empty(Marked(AnthropicWire.Write([new(ChatRole.User, "Hi")], new SiraChatOptions { Tools = [Function("f")], Instructions = "x" })));
    }

    [Fact]
    public void Write_OnlyInstructions_AreMarked()
    {
        var written = AnthropicWire.Write([new(ChatRole.User, "Hi")], Options(instructions: "You help."));

        AnthropicWire.AssertJson("""[{"type":"text","text":"You help.","cache_control":{"type":"ephemeral"}}]""", written["system"]);
        AnthropicWire.AssertJson("""[{"role":"user","content":[{"type":"text","text":"Hi","cache_control":{"type":"ephemeral"}}]}]""", written["messages"]);
    }

    [Fact]
    public void Write_TheNextRequest_MarksAgainWhereTheOneBeforeEnded()
    {
        List<ChatMessage> messages = [new(ChatRole.User, "One")];
        Assert.Equal(["$.messages[0].content[0]"], Marked(AnthropicWire.Write(messages, Options())));

        messages.AddRange([new(ChatRole.Assistant, "1"), new(ChatRole.User, "Two")]);
        Assert.Equal(["$.messages[0].content[0]", "$.messages[2].content[0]"], Marked(AnthropicWire.Write(messages, Options())));

        messages.AddRange([new(ChatRole.Assistant, "2"), new(ChatRole.User, "Three")]);
        Assert.Equal(["$.messages[2].content[0]", "$.messages[4].content[0]"], Marked(AnthropicWire.Write(messages, Options())));
    }

    [Fact]
    public void Write_ResultsBesideText_MarksWhatIsWrittenLast()
    {
        var written = AnthropicWire.Write(
            [
                new(ChatRole.User, "Go"),
                new(ChatRole.Assistant, [new FunctionCallContent("c1", "f", null)]),
                new(ChatRole.User, [new TextContent("And?"), new FunctionResultContent("c1", "a")]),
            ],
            Options());

        Assert.Equal("And?", (string?)written["messages"]![2]!["content"]![1]!["text"]);
        Assert.Equal(["$.messages[0].content[0]", "$.messages[2].content[1]"], Marked(written));
    }

    [Fact]
    public void Write_ToolsFoundBySearch_AreNotMarked()
    {
        IList<AITool> tools = [Function("f"), new AnthropicTool(AnthropicWire.Json("""{"type":"x","name":"raw","defer_loading":true}""")), new HostedToolSearchTool(), Function("late")];
        var deferred = AnthropicWire.Write([new(ChatRole.User, "Hi")], Options(tools: [Function("f"), Function("late")]));
        Assert.Contains("$.tools[1]", Marked(deferred));

        var written = AnthropicWire.Write([new(ChatRole.User, "Hi")], Options(tools: tools));

        // All functions are found by the search; only the search itself is part of the prompt.
        Assert.Contains("$.tools[2]", Marked(written));
    }

    [Fact]
    public void Write_RawTool_IsMarkedAndKept()
    {
        var written = AnthropicWire.Write([new(ChatRole.User, "Hi")], Options(tools: [Function("f"), new AnthropicTool(AnthropicWire.Json("""{"type":"memory_20250818","name":"memory"}"""))]));

        AnthropicWire.AssertJson("""{"type":"memory_20250818","name":"memory","cache_control":{"type":"ephemeral"}}""", written["tools"]![1]);
    }

    public static TheoryData<string> OwnBreakpoints => new("system", "message", "result", "inner", "tool", "raw tool", "block", "request");

    [Theory]
    [MemberData(nameof(OwnBreakpoints))]
    public void Write_CallerSetsOneHimself_NoneIsAdded(string place)
    {
        var marked = new AdditionalPropertiesDictionary { ["cache_control"] = Own };
        List<ChatMessage> messages = [new(ChatRole.System, "Be brief."), new(ChatRole.User, "Hi"), new(ChatRole.Assistant, "Ho"), new(ChatRole.User, "Hm")];
        var options = Options(instructions: "You help.", tools: [Function("f")]);
        switch (place)
        {
            case "system":
                messages[0].Contents[0].AdditionalProperties = marked;
                break;
            case "message":
                messages[1].Contents[0].AdditionalProperties = marked;
                break;
            case "result":
                messages[1].Contents.Add(new FunctionResultContent("c", "r") { AdditionalProperties = marked });
                break;
            case "inner":
                messages[1].Contents.Add(new FunctionResultContent("c", new List<AIContent> { new TextContent("r") { AdditionalProperties = marked } }));
                break;
            case "tool":
                options.Tools!.Add(AIFunctionFactory.Create(static () => 1, new AIFunctionFactoryOptions { Name = "g", AdditionalProperties = marked }));
                break;
            case "raw tool":
                options.Tools!.Add(new AnthropicTool(AnthropicWire.Json("""{"type":"x","name":"y","cache_control":{"type":"ephemeral"}}""")));
                break;
            case "block":
                messages[1].Contents.Add(new AIContent { RawRepresentation = AnthropicWire.Json("""{"type":"search_result","source":"s","title":"t","content":[],"cache_control":{"type":"ephemeral"}}""") });
                break;
            default:
                options.RawRepresentationFactory = static _ => new JsonObject { ["cache_control"] = new JsonObject { ["type"] = "ephemeral" } };
                break;
        }

        Assert.Single(Marked(AnthropicWire.Write(messages, options)));
    }

    [Fact]
    public void Write_LongConversation_MarksNoMoreThanFour()
    {
        var messages = new List<ChatMessage> { new(ChatRole.System, [new TextContent("a"), new TextContent("b")]) };
        for (var i = 0; i < 50; i++)
        {
            messages.Add(new(ChatRole.User, [new TextContent("q"), new TextContent("r")]));
            messages.Add(new(ChatRole.Assistant, "a"));
        }

        Assert.Equal(4, Marked(AnthropicWire.Write(messages, Options(instructions: "x", tools: [Function("f"), Function("g")]))).Count);
    }

    private static SiraChatOptions Options(string? instructions = null, IList<AITool>? tools = null) => new() { PromptCacheKey = "k", Instructions = instructions, Tools = tools };

    private static AIFunctionDeclaration Function(string name) => AIFunctionFactory.CreateDeclaration(name, null, AnthropicWire.Json("""{"type":"object"}"""), null);

    /// <summary>The places of all breakpoints.</summary>
    private static List<string> Marked(JsonNode written)
    {
        var found = new List<string>();
        Walk(written);
        return found;

        void Walk(JsonNode? node)
        {
            if (node is JsonObject members)
            {
                if (members.ContainsKey("cache_control"))
                {
                    found.Add(members.GetPath());
                }

                foreach (var member in members)
                {
                    Walk(member.Value);
                }
            }
            else if (node is JsonArray items)
            {
                foreach (var item in items)
                {
                    Walk(item);
                }
            }
        }
    }
}
