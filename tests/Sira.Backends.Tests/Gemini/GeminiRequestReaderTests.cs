using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using Sira.Backends.Gemini;
using Sira.Backends.Wire;

namespace Sira.Backends.Tests.Gemini;

public class GeminiRequestReaderTests
{
    private static ChatWireRequest Read(string json, string model = "models/gemini-2.5-flash") => GeminiRequestReader.Read(GeminiTestFormat.Json(json), model, streaming: true);

    private static string? Raw(ChatWireRequest request) => request.Options.RawRepresentationFactory?.Invoke(null!) is JsonElement raw ? raw.GetRawText() : null;

    [Fact]
    public void Read_SnakeCase_IsTheSameAsCamelCase()
    {
        var request = Read("""
            {"system_instruction":{"parts":{"text":"Be brief"}},
             "contents":[{"parts":[{"inline_data":{"mime_type":"image/png","data":"AQID"}},{"file_data":{"mime_type":"video/mp4","file_uri":"gs://b/v.mp4"},"video_metadata":{"fps":1}}]}],
             "generation_config":{"max_output_tokens":5,"top_p":0.5,"stop_sequences":["x"],"thinking_config":{"thinking_budget":1024,"include_thoughts":true}},
             "tool_config":{"function_calling_config":{"mode":"ANY","allowed_function_names":["f"]}},
             "tools":{"function_declarations":[{"name":"f","parameters_json_schema":{"type":"object"}}]},
             "cached_content":"c"}
            """);
        Assert.Equal("gemini-2.5-flash", request.ModelId);
        Assert.Equal("gemini-2.5-flash", request.Options.ModelId);
        Assert.True(request.Streaming);
        Assert.Equal((ChatRole.System, "Be brief"), (request.Messages[0].Role, request.Messages[0].Text));
        var image = Assert.IsType<DataContent>(request.Messages[1].Contents[0]);
        Assert.Equal("AQID", Convert.ToBase64String(image.Data.Span));
        var video = Assert.IsType<UriContent>(request.Messages[1].Contents[1]);
        Assert.Equal("gs://b/v.mp4", video.Uri.OriginalString);
        Assert.True(video.AdditionalProperties!.ContainsKey("videoMetadata"));
        Assert.Equal((5, 0.5f, "x"), (request.Options.MaxOutputTokens, request.Options.TopP, request.Options.StopSequences![0]));
        Assert.Equal((ReasoningEffort.Low, ReasoningOutput.Summary), (request.Options.Reasoning!.Effort, request.Options.Reasoning.Output));
        Assert.Equal("f", Assert.IsType<RequiredChatToolMode>(request.Options.ToolMode).RequiredFunctionName);
        Assert.Equal("""{"type":"object"}""", Assert.IsAssignableFrom<AIFunctionDeclaration>(request.Options.Tools![0]).JsonSchema.GetRawText());
        Assert.Equal("""{"cached_content":"c"}""".Replace("cached_content", "cachedContent", StringComparison.Ordinal), Raw(request));
    }

    [Fact]
    public void Read_OnlyWhatMeaiSays_HasNoRawMembers() =>
        Assert.Null(Read("""{"contents":[{"role":"user","parts":[{"text":"Hi"}]}],"generationConfig":{"temperature":1},"model":"x"}""").Options.RawRepresentationFactory);

    [Fact]
    public void Read_CallsWithoutIds_ArePairedByNameAndOrder()
    {
        var request = Read("""
            {"contents":[
              {"role":"model","parts":[{"functionCall":{"name":"f","args":{"n":1}}},{"functionCall":{"name":"g"}},{"functionCall":{"name":"f","args":{"n":2}}}]},
              {"role":"user","parts":[{"functionResponse":{"name":"g","response":{}}},{"functionResponse":{"name":"f","response":{"output":"1"}}},{"functionResponse":{"name":"f","response":{"output":"2"}}},{"text":"Well?"}]}]}
            """);
        var calls = request.Messages[0].Contents.Cast<FunctionCallContent>().ToList();
        var results = request.Messages[1].Contents.Cast<FunctionResultContent>().ToList();
        Assert.Equal(ChatRole.Tool, request.Messages[1].Role);
        Assert.Equal([calls[1].CallId, calls[0].CallId, calls[2].CallId], results.Select(result => result.CallId));
        Assert.Equal(3, calls.Select(call => call.CallId).Distinct().Count());
        Assert.Equal(["1", "2"], results.Skip(1).Select(result => result.Result));
        Assert.Equal((ChatRole.User, "Well?"), (request.Messages[2].Role, request.Messages[2].Text));
    }

    [Fact]
    public void Read_OpenApiSchema_BecomesJsonSchema()
    {
        var request = Read("""
            {"contents":[],"tools":[{"functionDeclarations":[{"name":"f","parameters":{"type":"OBJECT","required":["type"],"property_ordering":["type","list"],"properties":{
               "type":{"type":"STRING","nullable":true,"enum":["A","B"]},
               "list":{"type":"ARRAY","min_items":"1","items":{"type":"INTEGER","format":"int32"}},
               "any":{"any_of":[{"type":"NUMBER"},{"type":"BOOLEAN"}],"nullable":true}}},
               "response":{"type":"STRING"}}]}],
             "generationConfig":{"responseMimeType":"application/json","responseSchema":{"type":"TYPE_UNSPECIFIED","title":"T"}}}
            """);
        var function = Assert.IsAssignableFrom<AIFunctionDeclaration>(request.Options.Tools![0]);
        GeminiTestFormat.AssertJson(
            """
            {"type":"object","required":["type"],"propertyOrdering":["type","list"],"properties":{
              "type":{"type":["string","null"],"enum":["A","B",null]},
              "list":{"type":"array","minItems":1,"items":{"type":"integer","format":"int32"}},
              "any":{"anyOf":[{"type":"number"},{"type":"boolean"},{"type":"null"}]}}}
            """,
            function.JsonSchema.GetRawText());
        Assert.Equal("""{"type":"string"}""", function.ReturnJsonSchema!.Value.GetRawText());
        Assert.Equal("""{"title":"T"}""", Assert.IsType<ChatResponseFormatJson>(request.Options.ResponseFormat).Schema!.Value.GetRawText());
    }

    [Fact]
    public void Read_WhatMeaiLacks_StaysRaw()
    {
        const string Request = """
            {"contents":[{"role":"user","parts":[{"text":"Hi"}]}],
             "tools":[{"googleSearch":{}},{"urlContext":{}},{"googleMaps":{"enableWidget":true}}],
             "toolConfig":{"functionCallingConfig":{"mode":"VALIDATED","allowedFunctionNames":["a","b"]},"retrievalConfig":{"languageCode":"de"}},
             "generationConfig":{"responseMimeType":"text/x.enum","responseSchema":{"type":"STRING","enum":["A"]},"candidateCount":2,"thinkingConfig":{"thinkingBudget":-1}},
             "safetySettings":[{"category":"HARM_CATEGORY_HARASSMENT","threshold":"BLOCK_NONE"}],"labels":{"a":"b"}}
            """;
        var request = Read(Request);
        Assert.IsType<HostedWebSearchTool>(Assert.Single(request.Options.Tools!));
        Assert.Null(request.Options.ToolMode);
        Assert.Null(request.Options.Reasoning);
        Assert.Null(request.Options.ResponseFormat);
        GeminiTestFormat.AssertJson(Request, GeminiTestFormat.Write(request.Messages, request.Options, request.ModelId));
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("1")]
    [InlineData("""{"contents":"Hi"}""")]
    [InlineData("""{"contents":[{"parts":["Hi"]}]}""")]
    [InlineData("""{"contents":[{"parts":[{"functionCall":{"args":{}}}]}]}""")]
    [InlineData("""{"contents":[{"parts":[{"inlineData":{"mimeType":"image/png","data":"%%%"}}]}]}""")]
    [InlineData("""{"contents":[{"parts":[{"inlineData":{"mimeType":"image/png"}}]}]}""")]
    [InlineData("""{"contents":[{"parts":[{"fileData":{}}]}]}""")]
    [InlineData("""{"contents":[],"tools":7}""")]
    [InlineData("""{"contents":[],"tools":[7]}""")]
    [InlineData("""{"contents":[],"tools":[{"functionDeclarations":[{}]}]}""")]
    [InlineData("""{"contents":[],"toolConfig":7}""")]
    [InlineData("""{"contents":[],"generationConfig":[]}""")]
    public void Read_NoRequestOfThisWire_ThrowsJsonException(string json) => Assert.Throws<JsonException>(() => Read(json));

    [Fact]
    public void Read_UrlSafeBase64AndOddMediaType_AreTaken()
    {
        var request = Read("""{"contents":[{"parts":[{"inlineData":{"mimeType":"image","data":"-_8"}}]}]}""");
        var data = Assert.IsType<DataContent>(request.Messages[0].Contents[0]);
        Assert.Equal(("application/octet-stream", "+/8="), (data.MediaType, Convert.ToBase64String(data.Data.Span)));
    }

    [Fact]
    public void Read_RawRepresentation_OutlivesTheDocument()
    {
        ChatWireRequest request;
        using (var document = JsonDocument.Parse("""{"contents":[{"parts":[{"toolCall":{"id":"1","toolType":"X"}}]}],"safetySettings":[],"tools":[{"functionDeclarations":[{"name":"f","parametersJsonSchema":{"type":"object"}}]}]}"""))
        {
            request = GeminiRequestReader.Read(document.RootElement, "gemini-3-flash", streaming: false);
        }

        GeminiTestFormat.AssertJson(
            """{"contents":[{"role":"user","parts":[{"toolCall":{"id":"1","toolType":"X"}}]}],"safetySettings":[],"tools":[{"functionDeclarations":[{"name":"f","parametersJsonSchema":{"type":"object"}}]}]}""",
            GeminiTestFormat.Write(request.Messages, request.Options, request.ModelId));
    }
}
