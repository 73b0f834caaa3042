using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using Sira.Backends.Anthropic;
using Sira.Backends.Wire;
using static Sira.Backends.Tests.Anthropic.AnthropicWire;

namespace Sira.Backends.Tests.Anthropic;

public class AnthropicRequestReaderTests
{
    [Fact]
    public void Read_Request_IsMessagesAndOptions()
    {
        var request = Read(
            """
            {"model":"claude-opus-5","max_tokens":100,"stream":true,"system":"Be brief.","temperature":0.5,"top_p":0.9,"top_k":3,"stop_sequences":["END"],
             "tool_choice":{"type":"any","disable_parallel_tool_use":true},"tools":[{"name":"f","description":"d","input_schema":{"type":"object"},"strict":true}],
             "messages":[{"role":"user","content":"Hi"},{"role":"assistant","content":[{"type":"tool_use","id":"a","name":"f","input":{"x":1}}]},
               {"role":"user","content":[{"type":"tool_result","tool_use_id":"a","content":"no","is_error":true},{"type":"text","text":"And?"}]}]}
            """);
        Assert.Equal(("claude-opus-5", true), (request.ModelId, request.Streaming));
        var options = request.Options;
        Assert.Equal((100, 0.5f, 0.9f, 3), (options.MaxOutputTokens, options.Temperature, options.TopP, options.TopK));
        Assert.Equal("END", Assert.Single(options.StopSequences!));
        Assert.Equal(ChatToolMode.RequireAny, options.ToolMode);
        Assert.False(options.AllowMultipleToolCalls);
        var function = Assert.IsAssignableFrom<AIFunctionDeclaration>(Assert.Single(options.Tools!));
        Assert.Equal(("f", "d", true), (function.Name, function.Description, function.AdditionalProperties["strict"]));
        Assert.Null(options.RawRepresentationFactory);
        Assert.Equal([ChatRole.System, ChatRole.User, ChatRole.Assistant, ChatRole.Tool, ChatRole.User], request.Messages.Select(message => message.Role));
        var result = Assert.IsType<FunctionResultContent>(request.Messages[3].Contents.Single());
        Assert.Equal("no", result.Result);
        Assert.NotNull(result.Exception);
    }

    [Fact]
    public void Read_MembersWithoutAPlace_AreKeptAndOnlyThose()
    {
        var options = Read("""{"model":"m","max_tokens":1,"messages":[],"metadata":{"user_id":"u"},"service_tier":"auto","output_config":{"format":{"type":"json_schema","schema":{"type":"object"}},"task_budget":{"type":"tokens","total":5}}}""").Options;
        Assert.IsType<ChatResponseFormatJson>(options.ResponseFormat);
        AssertJson("""{"metadata":{"user_id":"u"},"service_tier":"auto","output_config":{"task_budget":{"type":"tokens","total":5}}}""", JsonNode.Parse(options.RawRepresentationFactory!(null!)!.ToString()!));
    }

    [Theory]
    [InlineData("""{"thinking":{"type":"enabled","budget_tokens":1024}}""", ReasoningEffort.Low)]
    [InlineData("""{"thinking":{"type":"enabled","budget_tokens":32000}}""", ReasoningEffort.ExtraHigh)]
    [InlineData("""{"thinking":{"type":"disabled"}}""", ReasoningEffort.None)]
    [InlineData("""{"thinking":{"type":"adaptive"},"output_config":{"effort":"high"}}""", ReasoningEffort.High)]
    [InlineData("""{"output_config":{"effort":"max"}}""", ReasoningEffort.ExtraHigh)]
    public void Read_Thinking_IsWhatComesClosestAndGoesBackExactly(string members, ReasoningEffort effort)
    {
        var body = (JsonObject)JsonNode.Parse(members)!;
        body["model"] = "m";
        body["max_tokens"] = 50_000;
        body["messages"] = new JsonArray();
        var request = AnthropicRequestReader.Read(Json(body.ToJsonString()));
        Assert.Equal(effort, request.Options.Reasoning!.Effort);
        AssertJson(body.ToJsonString(), Write(request));
    }

    [Fact]
    public void Read_Tools_AreHostedToolsWhereThereAreSuch()
    {
        var tools = Read(
            """
            {"model":"m","max_tokens":1,"messages":[],"mcp_servers":[{"type":"url","name":"wiki","url":"https://mcp.example.org/","authorization_token":"t","tool_configuration":{"enabled":true,"allowed_tools":["a"]}}],
             "tools":[{"type":"web_search_20250305","name":"web_search","max_uses":2},{"type":"code_execution_20250825","name":"code_execution"},{"type":"bash_20250124","name":"bash"},{"name":"f","input_schema":{"type":"object"},"new_member":1}]}
            """).Options.Tools!;
        Assert.Equal("2", Assert.IsType<HostedWebSearchTool>(tools[0]).AdditionalProperties["max_uses"]!.ToString());
        Assert.IsType<HostedCodeInterpreterTool>(tools[1]);
        Assert.Equal("bash", Assert.IsType<AnthropicTool>(tools[2]).Name);
        Assert.IsType<AnthropicTool>(tools[3]);
        var server = Assert.IsType<HostedMcpServerTool>(tools[4]);
        Assert.Equal(("wiki", "https://mcp.example.org/", "Bearer t", "a"), (server.ServerName, server.ServerAddress, server.Headers!["Authorization"], server.AllowedTools!.Single()));
    }

    [Fact]
    public void Read_McpServerWithMembersWithoutAPlace_IsKeptRaw()
    {
        const string Servers = """[{"type":"url","name":"wiki","url":"https://mcp.example.org/","tool_configuration":{"enabled":false}}]""";
        var request = Read($$"""{"model":"m","max_tokens":1,"messages":[{"role":"user","content":"x"}],"mcp_servers":{{Servers}}}""");
        Assert.Null(request.Options.Tools);
        AssertJson(Servers, Write(request)["mcp_servers"]);
    }

    [Fact]
    public void Read_BlocksOfEveryKind_GoBackAsTheyWere()
    {
        const string Body =
            """
            {"model":"m","max_tokens":1,"system":[{"type":"text","text":"S","cache_control":{"type":"ephemeral","ttl":"1h"}}],"messages":[
              {"role":"user","content":[
                {"type":"image","source":{"type":"base64","media_type":"image/png","data":"AQID"},"cache_control":{"type":"ephemeral"}},
                {"type":"image","source":{"type":"url","url":"https://example.org/a%20b.png?x=1"}},
                {"type":"image","source":{"type":"file","file_id":"file_1"}},
                {"type":"document","source":{"type":"base64","media_type":"application/pdf","data":"AQID"},"title":"T","context":"C","citations":{"enabled":true}},
                {"type":"document","source":{"type":"text","media_type":"text/plain","data":"plain"},"title":"T"},
                {"type":"document","source":{"type":"url","url":"https://example.org/a.pdf"}},
                {"type":"document","source":{"type":"file","file_id":"file_2"},"future":true},
                {"type":"document","source":{"type":"content","content":[{"type":"text","text":"c"}]}},
                {"type":"search_result","source":"s","title":"T","content":[{"type":"text","text":"c"}]},
                {"type":"container_upload","file_id":"file_3"}]},
              {"role":"assistant","content":[
                {"type":"thinking","thinking":"t","signature":"s"},{"type":"redacted_thinking","data":"d"},
                {"type":"text","text":"x","citations":[{"type":"char_location","cited_text":"c","document_index":0,"start_char_index":0,"end_char_index":1}]},
                {"type":"server_tool_use","id":"s1","name":"web_fetch","input":{"url":"u"}},
                {"type":"web_fetch_tool_result","tool_use_id":"s1","content":{"type":"web_fetch_tool_result_error","error_code":"e"}},
                {"type":"tool_use","id":"a","name":"f","input":{"deep":{"list":[1,2.5,null,true,"s"]}},"caller":{"type":"direct"}}]},
              {"role":"user","content":[{"type":"tool_result","tool_use_id":"a","content":[{"type":"text","text":"1"},{"type":"image","source":{"type":"url","url":"https://example.org/i.png"}},{"type":"tool_reference","tool_name":"g"}],"cache_control":{"type":"ephemeral"}}]},
              {"role":"system","content":[{"type":"text","text":"Later."}]}]}
            """;
        AssertJson(Body, Write(Read(Body)));
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("""{"messages":[]}""")]
    [InlineData("""{"model":"","messages":[]}""")]
    [InlineData("""{"model":"m"}""")]
    [InlineData("""{"model":"m","messages":{}}""")]
    [InlineData("""{"model":"m","messages":[1]}""")]
    [InlineData("""{"model":"m","messages":[{"role":"robot","content":"x"}]}""")]
    [InlineData("""{"model":"m","messages":[{"role":"user"}]}""")]
    [InlineData("""{"model":"m","messages":[{"role":"user","content":5}]}""")]
    [InlineData("""{"model":"m","messages":[{"role":"user","content":["x"]}]}""")]
    [InlineData("""{"model":"m","messages":[{"role":"user","content":[{"type":"image"}]}]}""")]
    [InlineData("""{"model":"m","messages":[{"role":"user","content":[{"type":"image","source":{"type":"base64","media_type":"image/png","data":"%%%"}}]}]}""")]
    [InlineData("""{"model":"m","messages":[{"role":"user","content":[{"type":"image","source":{"type":"base64","media_type":"none","data":"AQID"}}]}]}""")]
    [InlineData("""{"model":"m","messages":[{"role":"user","content":[{"type":"tool_result"}]}]}""")]
    [InlineData("""{"model":"m","messages":[{"role":"user","content":"\ud83d"}]}""")]
    [InlineData("""{"model":"m","messages":[],"tools":[1]}""")]
    [InlineData("""{"model":"m","messages":[],"stop_sequences":[1]}""")]
    [InlineData("""{"model":"m","messages":[],"tool_choice":{"type":"perhaps"}}""")]
    public void Read_NoRequest_SaysWhatIsWrong(string body) => Assert.NotEmpty(Assert.ThrowsAny<JsonException>(() => Read(body)).Message);

    [Fact]
    public void Read_Result_OutlivesItsDocument()
    {
        ChatWireRequest request;
        using (var document = JsonDocument.Parse("""{"model":"m","max_tokens":1,"messages":[{"role":"user","content":[{"type":"search_result","title":"T"}]}],"metadata":{"user_id":"u"}}"""))
        {
            request = AnthropicRequestReader.Read(document.RootElement);
        }

        AssertJson("""{"model":"m","max_tokens":1,"messages":[{"role":"user","content":[{"type":"search_result","title":"T"}]}],"metadata":{"user_id":"u"}}""", Write(request));
    }

    private static ChatWireRequest Read(string json) => AnthropicRequestReader.Read(Json(json));
}
