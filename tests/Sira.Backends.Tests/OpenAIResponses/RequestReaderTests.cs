using System.Text.Json;
using Microsoft.Extensions.AI;
using Sira.Backends.OpenAIResponses;
using Sira.Backends.Wire;
using Sira.Errors;
using static Sira.Backends.Tests.OpenAIResponses.ResponsesWire;

namespace Sira.Backends.Tests.OpenAIResponses;

public sealed class RequestReaderTests
{
    [Fact]
    public void Read_WithStringAsInput_IsOneUserMessage()
    {
        var request = ReadRequest("""{"model":"gpt-5","input":"Hi","stream":true}""");

        var message = Assert.Single(request.Messages);
        Assert.Equal(ChatRole.User, message.Role);
        Assert.Equal("Hi", message.Text);
        Assert.Equal("gpt-5", request.ModelId);
        Assert.Equal("gpt-5", request.Options.ModelId);
        Assert.True(request.Streaming);
        Assert.Null(request.Options.RawRepresentationFactory);
    }

    [Fact]
    public void Read_WithOptions_ReadsWhatMeaiHasAndKeepsTheRest()
    {
        var request = ReadRequest(
            """
            {"model":"m","input":[],"instructions":"i","temperature":0.5,"top_p":0.25,"max_output_tokens":7,"parallel_tool_calls":true,"background":true,"conversation":{"id":"conv_1"},
             "tool_choice":{"type":"function","name":"f"},"text":{"format":{"type":"json_schema","name":"n","schema":{},"strict":true},"verbosity":"high"},
             "reasoning":{"effort":"high","summary":"auto","context":"all_turns"},"service_tier":"flex","user":null,"store":true}
            """);

        var options = request.Options;
        Assert.Equal("i", options.Instructions);
        Assert.Equal(0.5f, options.Temperature);
        Assert.Equal(0.25f, options.TopP);
        Assert.Equal(7, options.MaxOutputTokens);
        Assert.True(options.AllowMultipleToolCalls);
        Assert.True(options.AllowBackgroundResponses);
        Assert.Equal("conv_1", options.ConversationId);
        Assert.Equal(ChatToolMode.RequireSpecific("f"), options.ToolMode);
        Assert.Equal("n", Assert.IsType<ChatResponseFormatJson>(options.ResponseFormat).SchemaName);
        Assert.True((bool)options.AdditionalProperties!["strict"]!);
        Assert.Equal(ReasoningEffort.High, options.Reasoning!.Effort);
        Assert.Equal(ReasoningOutput.Summary, options.Reasoning.Output);
        AssertJson(
            """{"text":{"verbosity":"high"},"reasoning":{"context":"all_turns"},"service_tier":"flex","store":true}""",
            (JsonElement)options.RawRepresentationFactory!(null!)!);
    }

    [Theory]
    [InlineData("""{"type":"allowed_tools","mode":"auto","tools":[{"type":"function","name":"f"}]}""")]
    [InlineData("""{"type":"file_search"}""")]
    [InlineData("\"sometimes\"")]
    public void Read_WithToolChoiceThatMeaiLacks_GivesItBack(string choice)
    {
        var request = ReadRequest($$"""{"model":"m","input":[],"tool_choice":{{choice}}}""");

        Assert.Null(request.Options.ToolMode);
        AssertJson(choice, Write(request.Messages, request.Options).GetProperty("tool_choice"));
    }

    [Theory]
    [InlineData("""{"type":"function","name":"f","parameters":{"type":"object"}}""")]
    [InlineData("""{"type":"function","name":"f","description":"d","parameters":{},"strict":true,"defer_loading":true}""")]
    [InlineData("""{"type":"web_search","filters":{"allowed_domains":["a.com"]}}""")]
    [InlineData("""{"type":"web_search_preview","search_context_size":"low"}""")]
    [InlineData("""{"type":"file_search","vector_store_ids":["v"],"max_num_results":3,"ranking_options":{"ranker":"auto"}}""")]
    [InlineData("""{"type":"code_interpreter","container":{"type":"auto","file_ids":["f"]}}""")]
    [InlineData("""{"type":"code_interpreter","container":{"type":"auto","memory_limit":"4g"}}""")]
    [InlineData("""{"type":"code_interpreter","container":"cntr_1"}""")]
    [InlineData("""{"type":"mcp","server_label":"l","server_url":"https://a.com","require_approval":{"always":{"tool_names":["x"]}}}""")]
    [InlineData("""{"type":"mcp","server_label":"l","server_url":"https://a.com","require_approval":{"never":{"read_only":true}},"allowed_tools":{"read_only":true}}""")]
    [InlineData("""{"type":"mcp","server_label":"l","connector_id":"connector_gmail","authorization":"t","require_approval":"always"}""")]
    [InlineData("""{"type":"mcp","server_label":"l"}""")]
    [InlineData("""{"type":"image_generation","quality":"high","size":"auto"}""")]
    [InlineData("""{"type":"custom","name":"c","format":{"type":"grammar"}}""")]
    [InlineData("""{"type":"computer_use_preview","display_width":1}""")]
    public void Read_WithTool_IsWrittenAgainAsItWas(string tool)
    {
        var request = ReadRequest($$"""{"model":"m","input":[],"tools":[{{tool}}]}""");

        AssertJson(tool, Write(request.Messages, request.Options).GetProperty("tools")[0]);
    }

    [Theory]
    [InlineData("""{"type":"item_reference","id":"msg_1"}""")]
    [InlineData("""{"type":"computer_call","id":"cu_1","call_id":"c","action":{"type":"click","x":1,"y":2},"status":"completed"}""")]
    [InlineData("""{"type":"computer_call_output","call_id":"c","output":{"type":"computer_screenshot","image_url":"data:image/png;base64,AA=="}}""")]
    [InlineData("""{"type":"custom_tool_call","id":"ctc_1","call_id":"c","name":"n","input":"free text"}""")]
    [InlineData("""{"type":"local_shell_call","id":"lsh_1","call_id":"c","action":{"type":"exec","command":["ls"]},"status":"completed"}""")]
    [InlineData("""{"type":"something_new","id":"x_1","payload":[1,2]}""")]
    [InlineData("""{"type":"file_search_call","id":"fs_1","status":"completed","queries":["q"],"results":null}""")]
    [InlineData("""{"type":"mcp_approval_response","id":"mcpa_1","approval_request_id":"mcpr_1","approve":true}""")]
    [InlineData("""{"type":"reasoning","id":"rs_1","summary":[{"type":"summary_text","text":"a"},{"type":"summary_text","text":"b"}],"encrypted_content":"e"}""")]
    [InlineData("""{"type":"reasoning","id":"rs_1","summary":[],"content":[{"type":"reasoning_text","text":"a"}]}""")]
    [InlineData("""{"type":"reasoning","id":"rs_1","summary":[{"type":"summary_text","text":"s"}],"content":[{"type":"reasoning_text","text":"a"},{"type":"reasoning_text","text":"b"}],"status":"completed"}""")]
    [InlineData("""{"role":"user","content":[{"type":"input_file","file_data":"bm90IGEgdXJp","filename":"x"}]}""")]
    [InlineData("""{"role":"user","content":[{"type":"input_file","file_data":"data:audio/mpeg;base64,AAAA","filename":"a.mp3"}]}""")]
    [InlineData("""{"role":"user","content":[{"type":"input_file","file_url":"https://a.com/b","filename":"b.pdf"}]}""")]
    [InlineData("""{"role":"user","content":[{"type":"input_image","image_url":"not a uri"}]}""")]
    [InlineData("""{"role":"user","content":[{"type":"input_audio","input_audio":{"data":"AAAA","format":"mp3"}}]}""")]
    [InlineData("""{"role":"user","content":[{"type":"from_the_future","x":1},{"type":"input_text","text":"t","prompt_cache_breakpoint":{"mode":"explicit"}}]}""")]
    [InlineData("""{"role":"developer","content":"Be kind."}""")]
    [InlineData("""{"type":"message","id":"msg_1","role":"assistant","status":"incomplete","content":[{"type":"output_text","text":"a"},{"type":"refusal","refusal":"no"}]}""")]
    [InlineData("""{"type":"message","id":"msg_1","role":"assistant","status":"completed","content":[{"type":"output_text","text":"a","annotations":[{"type":"url_citation","url":"https://a.com","title":"t","start_index":0,"end_index":1}]}]}""")]
    public void Read_WithItem_IsWrittenAgainAsItWas(string item)
    {
        var request = ReadRequest($$"""{"model":"m","input":[{{item}}]}""");

        AssertJson($"[{item}]", Write(request.Messages, request.Options).GetProperty("input"));
    }

    [Fact]
    public void Read_WithToolRound_GathersItIntoMessages()
    {
        var request = ReadRequest(
            """
            {"model":"m","input":[
              {"role":"user","content":"u"},
              {"type":"reasoning","id":"rs_1","summary":[],"encrypted_content":"e"},
              {"role":"assistant","content":"a"},
              {"type":"function_call","call_id":"c1","name":"f","arguments":"{\"x\":1}"},
              {"type":"function_call","call_id":"c2","name":"f","arguments":"{}"},
              {"type":"function_call_output","call_id":"c1","output":"1"},
              {"type":"function_call_output","call_id":"c2","output":[{"type":"input_text","text":"2"}]},
              {"role":"assistant","content":"b"},
              {"role":"assistant","content":"c"}]}
            """);

        Assert.Equal([ChatRole.User, ChatRole.Assistant, ChatRole.Tool, ChatRole.Assistant, ChatRole.Assistant], request.Messages.Select(message => message.Role));
        Assert.Equal([typeof(TextReasoningContent), typeof(TextContent), typeof(FunctionCallContent), typeof(FunctionCallContent)], request.Messages[1].Contents.Select(content => content.GetType()));
        Assert.Equal("2", Assert.IsType<TextContent>(Assert.Single((IEnumerable<AIContent>)((FunctionResultContent)request.Messages[2].Contents[1]).Result!)).Text);
    }

    [Fact]
    public void Read_WithApprovalResponse_FindsTheCallThatItApproves()
    {
        var request = ReadRequest(
            """
            {"model":"m","input":[{"type":"mcp_approval_request","id":"mcpr_1","server_label":"docs","name":"search","arguments":"{\"q\":1}"},
             {"type":"mcp_approval_response","approval_request_id":"mcpr_1","approve":true,"reason":"ok"}]}
            """);

        var response = Assert.IsType<ToolApprovalResponseContent>(Assert.Single(request.Messages[1].Contents));
        Assert.True(response.Approved);
        Assert.Equal("ok", response.Reason);
        Assert.Equal("search", Assert.IsType<McpServerToolCallContent>(response.ToolCall).Name);
    }

    [Fact]
    public void Read_WhenTheDocumentIsGone_StillWorks()
    {
        ChatWireRequest request;
        using (var document = JsonDocument.Parse("""{"model":"m","input":[{"type":"item_reference","id":"i"}],"metadata":{"a":"b"},"tools":[{"type":"custom","name":"c"}]}"""))
        {
            request = OpenAIResponsesRequestReader.Read(document.RootElement);
        }

        var written = Write(request.Messages, request.Options);
        AssertJson("""[{"type":"item_reference","id":"i"}]""", written.GetProperty("input"));
        AssertJson("""{"a":"b"}""", written.GetProperty("metadata"));
    }

    [Theory]
    [InlineData("[]", "object")]
    [InlineData("""{"input":"x"}""", "'model'")]
    [InlineData("""{"model":7,"input":"x"}""", "'model'")]
    [InlineData("""{"model":"m","input":7}""", "'input'")]
    [InlineData("""{"model":"m","input":["x"]}""", "'input[0]'")]
    [InlineData("""{"model":"m","input":[{"role":"user","content":"x"},{"type":"message","content":"x"}]}""", "'input[1].role'")]
    [InlineData("""{"model":"m","input":[{"type":"function_call_output","output":"x"}]}""", "'input[0].call_id'")]
    [InlineData("""{"model":"m","input":"x","tools":[{"name":"f"}]}""", "'type'")]
    [InlineData("""{"model":"m","input":"x","tools":["f"]}""", "'type'")]
    public void Read_WithWhatIsNoRequest_NamesTheMemberAtFault(string body, string expected)
    {
        var exception = Assert.Throws<BackendException>(() => ReadRequest(body));

        Assert.Equal(BackendErrorKind.BadRequest, exception.Kind);
        Assert.Contains(expected, exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"model":"m","temperature":"hot","max_output_tokens":1e300,"tools":{},"text":[],"reasoning":"much","stream":"yes","instructions":5}""")]
    [InlineData("""{"model":"m","input":[{"role":"user","content":[7,null,{"type":"input_text"},{"type":"input_image","image_url":7}]},{"role":"assistant","content":7},{},{"type":7}]}""")]
    [InlineData("""{"model":"m","input":[{"type":"function_call","name":7},{"type":"web_search_call","action":"x"},{"type":"mcp_call"},{"type":"image_generation_call","result":"***"},{"type":"code_interpreter_call","outputs":[7]}]}""")]
    [InlineData("""{"model":"m","input":[{"type":"reasoning","summary":"x","content":{"a":1},"encrypted_content":7},{"type":"function_call_output","call_id":"c","output":[7]}]}""")]
    [InlineData("""{"model":"m","input":[{"type":"function_call","call_id":" ","name":""},{"type":"image_generation_call","id":"i","result":"AAAA","output_format":"a/b;c"},{"role":"","id":"x"},{"type":"mcp_approval_request","id":""}]}""")]
    [InlineData("""{"model":"m","input":[{"role":"user","content":[{"type":"input_file","file_id":""},{"type":"input_image","image_url":"data:;base64,!"},{"type":"input_audio","input_audio":{"data":"A","format":" "}}]}]}""")]
    [InlineData("""{"model":"m","tool_choice":{"type":"function","name":" "},"tools":[{"type":"file_search","vector_store_ids":[""]},{"type":"code_interpreter","container":{"type":"auto","file_ids":[""]}},{"type":"mcp","server_label":"","server_url":""},{"type":"function"}]}""")]
    public void Read_WithMembersOfTheWrongType_ReadsWhatItCan(string body)
    {
        var request = ReadRequest(body);

        Assert.Equal("m", request.ModelId);
        Assert.Equal("m", Write(request.Messages, request.Options, model: "m").GetProperty("model").GetString());
    }
}
