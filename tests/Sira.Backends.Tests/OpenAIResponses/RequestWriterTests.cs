using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using Sira.Backends.OpenAIResponses;
using Sira.Errors;
using Sira.Models;
using static Sira.Backends.Tests.OpenAIResponses.ResponsesWire;

namespace Sira.Backends.Tests.OpenAIResponses;

public sealed class RequestWriterTests
{
    private static readonly ChatMessage Hi = new(ChatRole.User, "Hi");

    [Fact]
    public void WriteRequest_WithNothingButAMessage_StoresNothing() =>
        AssertJson("""{"model":"gpt-5","store":false,"input":[{"role":"user","content":"Hi"}]}""", Write(Hi));

    [Fact]
    public void WriteRequest_Streaming_AsksForAStream() =>
        AssertJson("""{"model":"gpt-5","stream":true,"store":false,"input":[]}""", Write([], streaming: true));

    [Fact]
    public void WriteRequest_WithEveryOption_WritesEach()
    {
        var options = new ChatOptions
        {
            Instructions = "Be brief.",
            Temperature = 0.7f,
            TopP = 0.9f,
            MaxOutputTokens = 100,
            AllowMultipleToolCalls = false,
            Reasoning = new() { Effort = ReasoningEffort.ExtraHigh, Output = ReasoningOutput.Full },
            ResponseFormat = ChatResponseFormat.Json,
        };

        AssertJson(
            """
            {"model":"gpt-5","store":false,"include":["reasoning.encrypted_content"],"instructions":"Be brief.","temperature":0.7,"top_p":0.9,"max_output_tokens":100,
             "parallel_tool_calls":false,"text":{"format":{"type":"json_object"}},"reasoning":{"effort":"xhigh","summary":"detailed"},"input":[{"role":"user","content":"Hi"}]}
            """,
            Write(Hi, options));
    }

    [Fact]
    public void WriteRequest_WithOptionsTheWireCannotSay_LeavesThemOut()
    {
        var options = new ChatOptions { TopK = 4, Seed = 5, StopSequences = ["x"], FrequencyPenalty = 1, PresencePenalty = 1, ConversationId = "a-sira-session" };

        AssertJson("""{"model":"gpt-5","store":false,"input":[{"role":"user","content":"Hi"}]}""", Write(Hi, options));
        Assert.Equal(RequestFeatures.None, OpenAIResponsesWireFormat.Features & (RequestFeatures.TopK | RequestFeatures.Seed | RequestFeatures.StopSequences | RequestFeatures.FrequencyPenalty | RequestFeatures.PresencePenalty | RequestFeatures.VideoInput));
    }

    [Theory]
    [InlineData("resp_1", "previous_response_id")]
    [InlineData("conv_1", "conversation")]
    public void WriteRequest_WithProviderConversation_ContinuesItAndLeavesStoringToTheProvider(string id, string member) =>
        AssertJson($$"""{"model":"gpt-5","{{member}}":"{{id}}","input":[{"role":"user","content":"Hi"}]}""", Write(Hi, new ChatOptions { ConversationId = id }));

    [Fact]
    public void WriteRequest_InTheBackground_LeavesStoringToTheProvider() =>
        AssertJson("""{"model":"gpt-5","background":true,"input":[{"role":"user","content":"Hi"}]}""", Write(Hi, new ChatOptions { AllowBackgroundResponses = true }));

    [Theory]
    [InlineData("true")]
    [InlineData("false")]
    public void WriteRequest_WithStoreAmongRawMembers_Obeys(string store) =>
        AssertJson($$"""{"model":"gpt-5","previous_response_id":"resp_1","store":{{store}},"input":[{"role":"user","content":"Hi"}]}""", Write(Hi, new ChatOptions { ConversationId = "resp_1", RawRepresentationFactory = _ => Json($$"""{"store":{{store}}}""") }));

    [Fact]
    public void WriteRequest_ToAModelThatReasons_AsksForEncryptedReasoning()
    {
        var written = Write([Hi], model: "thinker", reasons: static model => model == "thinker");

        AssertJson("""["reasoning.encrypted_content"]""", written.GetProperty("include"));
        Assert.False(Write([Hi], model: "talker", reasons: static model => model == "thinker").TryGetProperty("include", out _));
    }

    [Fact]
    public void WriteRequest_WithReasoningSwitchedOff_DoesNotAskForIt()
    {
        var options = new ChatOptions { Reasoning = new() { Effort = ReasoningEffort.None } };

        AssertJson("""{"model":"gpt-5","store":false,"reasoning":{"effort":"none"},"input":[{"role":"user","content":"Hi"}]}""", Write([Hi], options, reasons: static _ => true));
    }

    [Fact]
    public void WriteRequest_WithIncludeAmongRawMembers_WritesOnlyThat()
    {
        var options = new ChatOptions { Reasoning = new() { Effort = ReasoningEffort.Low }, RawRepresentationFactory = _ => Json("""{"include":["file_search_call.results"]}""") };

        AssertJson("""["file_search_call.results"]""", Write(Hi, options).GetProperty("include"));
    }

    [Fact]
    public void WriteRequest_WithRawMembers_AddsWhatNoTypedOptionSaysAndMergesTextAndReasoning()
    {
        var options = new ChatOptions
        {
            Temperature = 0.5f,
            ResponseFormat = ChatResponseFormat.Text,
            Reasoning = new() { Effort = ReasoningEffort.Low },
            RawRepresentationFactory = _ => (JsonObject)JsonNode.Parse("""
                {"temperature":1,"model":"x","stream":true,"input":"x","truncation":"auto","service_tier":null,"metadata":{"a":"b"},
                 "text":{"verbosity":"low","format":{"type":"json_object"}},"reasoning":{"effort":"high","summary":"concise"}}
                """)!,
        };

        AssertJson(
            """
            {"model":"gpt-5","store":false,"include":["reasoning.encrypted_content"],"temperature":0.5,"text":{"format":{"type":"text"},"verbosity":"low"},
             "reasoning":{"effort":"low","summary":"concise"},"truncation":"auto","metadata":{"a":"b"},"input":[{"role":"user","content":"Hi"}]}
            """,
            Write(Hi, options));
    }

    [Fact]
    public void WriteRequest_WithReasoningOutputNone_WritesNoSummary()
    {
        var options = new ChatOptions
        {
            Reasoning = new() { Output = ReasoningOutput.None },
            RawRepresentationFactory = _ => Json("""{"reasoning":{"summary":"auto","effort":"minimal"}}"""),
        };

        AssertJson("""{"effort":"minimal"}""", Write(Hi, options).GetProperty("reasoning"));
    }

    [Fact]
    public void WriteRequest_WithSchema_NamesItAndIsStrictOnlyOnDemand()
    {
        var options = new ChatOptions { ResponseFormat = ChatResponseFormat.ForJsonSchema(Json("""{"type":"object"}"""), "person", "A person.") };

        AssertJson("""{"format":{"type":"json_schema","name":"person","description":"A person.","schema":{"type":"object"}}}""", Write(Hi, options).GetProperty("text"));

        options.AdditionalProperties = new() { ["strict"] = true };
        options.ResponseFormat = ChatResponseFormat.ForJsonSchema(Json("{}"));
        AssertJson("""{"format":{"type":"json_schema","name":"response","schema":{},"strict":true}}""", Write(Hi, options).GetProperty("text"));
    }

    [Fact]
    public void GetContinuationPath_FetchesOwnTokens_AndKnowsNoOthers()
    {
        var format = new OpenAIResponsesWireFormat();

        Assert.Equal("responses/resp_1", format.GetContinuationPath(new ResponsesContinuation("resp_1").ToToken(), streaming: false));
        Assert.Equal("responses/resp_1?stream=true&starting_after=7", format.GetContinuationPath(new ResponsesContinuation("resp_1", 7).ToToken(), streaming: true));
        Assert.Null(format.GetContinuationPath(ResponseContinuationToken.FromBytes("other"u8.ToArray()), streaming: false));
    }

    [Fact]
    public void GetPath_Always_IsResponses()
    {
        var format = new OpenAIResponsesWireFormat();

        Assert.Equal("responses", format.GetPath("gpt-5", streaming: true));
        Assert.Equal("openai.responses", format.Name);
    }
}
