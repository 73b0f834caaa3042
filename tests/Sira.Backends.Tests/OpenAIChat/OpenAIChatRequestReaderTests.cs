using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using Sira.Backends.OpenAIChat.Requests;
using Sira.Errors;

namespace Sira.Backends.Tests.OpenAIChat;

public sealed class OpenAIChatRequestReaderTests
{
    [Fact]
    public void Read_Request_BecomesMessagesAndOptions()
    {
        var request = OpenAIChatRequestReader.Read(JsonElement.Parse("""
            {"model":"m","stream":true,"max_tokens":9,"temperature":0.5,"stop":"x","seed":3,"parallel_tool_calls":false,"tool_choice":"required","service_tier":"flex","reasoning_effort":"high",
             "tools":[{"type":"function","function":{"name":"f","parameters":{"type":"object"},"strict":true}}],
             "messages":[{"role":"system","content":"Be brief."},{"role":"user","content":[{"type":"text","text":"Look"},{"type":"image_url","image_url":{"url":"https://x.test/a.png"}}]},
                         {"role":"assistant","content":null,"tool_calls":[{"id":"c1","type":"function","function":{"name":"f","arguments":"{\"a\":1}"}}]},{"role":"tool","tool_call_id":"c1","content":"ok"}]}
            """));

        Assert.Equal("m", request.ModelId);
        Assert.Equal("m", request.Options.ModelId);
        Assert.True(request.Streaming);
        Assert.Equal(9, request.Options.MaxOutputTokens);
        Assert.Equal(["x"], request.Options.StopSequences);
        Assert.Equal(3, request.Options.Seed);
        Assert.False(request.Options.AllowMultipleToolCalls);
        Assert.IsType<RequiredChatToolMode>(request.Options.ToolMode);
        Assert.Equal(ReasoningEffort.High, request.Options.Reasoning!.Effort);
        Assert.Equal(true, Assert.Single(request.Options.Tools!).AdditionalProperties["strict"]);
        Assert.Equal("flex", ((JsonObject)request.Options.RawRepresentationFactory!(null!)!)["service_tier"]!.GetValue<string>());
        Assert.Equal([ChatRole.System, ChatRole.User, ChatRole.Assistant, ChatRole.Tool], request.Messages.Select(static message => message.Role));
        Assert.Equal("https://x.test/a.png", ((UriContent)request.Messages[1].Contents[1]).Uri.ToString());
        Assert.Equal("f", ((FunctionCallContent)Assert.Single(request.Messages[2].Contents)).Name);
        Assert.Equal("ok", ((FunctionResultContent)request.Messages[3].Contents[0]).Result);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"model":"m"}""")]
    [InlineData("""{"model":7,"messages":[]}""")]
    [InlineData("""{"model":"m","messages":{}}""")]
    [InlineData("""{"model":"m","messages":[{"content":"x"}]}""")]
    [InlineData("""{"model":"m","messages":[{"role":"tool","content":"x"}]}""")]
    public void Read_NotARequest_IsABadRequest(string body)
    {
        Assert.Equal(BackendErrorKind.BadRequest, Assert.Throws<BackendException>(() => OpenAIChatRequestReader.Read(JsonElement.Parse(body))).Kind);
    }

    [Theory]
    [InlineData("""{"type":"image_url","image_url":{"url":"not an address"}}""")]
    [InlineData("""{"type":"input_audio","input_audio":{"data":"???","format":"wav"}}""")]
    [InlineData("""{"type":"novelty","x":1}""")]
    public void Read_PartThatMeaiCannotExpress_PassesThrough(string part)
    {
        var body = $$$"""{"model":"m","messages":[{"role":"user","content":[{"type":"text","text":"a"},{{{part}}}]}]}""";
        var request = OpenAIChatRequestReader.Read(JsonElement.Parse(body));

        Assert.Equal(body, WireHarness.Write("openai", request.Messages, request.Options));
    }
}
