using System.Text.Json;
using System.Text.Json.Nodes;
using Sira.Backends.Gemini;
using Sira.Errors;

namespace Sira.Backends.Tests.Gemini;

/// <summary>Every value of a rich document is replaced by values of every other kind: the readers answer or throw what they promise, and nothing else.</summary>
public class GeminiHostileInputTests
{
    private const string Response = """
        {"candidates":[{"content":{"role":"model","parts":[{"text":"Hi","thought":true,"thoughtSignature":"AA=="},{"text":"Hello","thoughtSignature":"AA=="},
          {"functionCall":{"id":"1","name":"f","args":{"a":1}}},{"inlineData":{"mimeType":"image/png","data":"AQ=="},"videoMetadata":{},"mediaResolution":{}},{"fileData":{"mimeType":"a/b","fileUri":"https://a/"}},
          {"executableCode":{"language":"PYTHON","code":"1"}},{"codeExecutionResult":{"outcome":"OUTCOME_OK","output":"1"}},{"toolCall":{"id":"x","toolType":"GOOGLE_SEARCH_WEB","args":{"queries":["q"]}}},
          {"toolResponse":{"id":"x","toolType":"GOOGLE_SEARCH_WEB","response":{}}},{"functionResponse":{"name":"f","response":{"output":"x"},"parts":[{"inlineData":{"mimeType":"image/png","data":"AQ=="}}]}}]},
          "finishReason":"OTHER","finishMessage":"m","citationMetadata":{"citationSources":[{"startIndex":0,"endIndex":2,"uri":"https://a/","title":"t"}]},"urlContextMetadata":{"a":1},
          "groundingMetadata":{"groundingChunks":[{"web":{"uri":"https://a/","title":"t"}}],"groundingSupports":[{"segment":{"startIndex":0,"endIndex":5,"text":"Hello"},"groundingChunkIndices":[0]}]}}],
         "usageMetadata":{"promptTokenCount":1,"candidatesTokenCount":2,"promptTokensDetails":[{"modality":"IMAGE","tokenCount":1}]},"modelVersion":"m","responseId":"r","createTime":"2026-01-01T00:00:00Z","promptFeedback":{"blockReason":"X","blockReasonMessage":"y"}}
        """;

    private const string Request = """
        {"systemInstruction":{"role":"user","parts":[{"text":"s"}]},"contents":[{"role":"user","parts":[{"text":"Hi"},{"inlineData":{"mimeType":"image/png","data":"AQ=="}}]},
          {"role":"model","parts":[{"functionCall":{"name":"f","args":{}},"thoughtSignature":"AA=="},{"executableCode":{"language":"PYTHON","code":"1"}},{"codeExecutionResult":{"outcome":"OUTCOME_OK","output":"1"}}]},
          {"role":"user","parts":[{"functionResponse":{"name":"f","response":{"a":1},"parts":[{"inlineData":{"mimeType":"image/png","data":"AQ=="}},{"fileData":{"fileUri":"files/a"}}]}}]}],
         "tools":[{"functionDeclarations":[{"name":"f","description":"d","parameters":{"type":"OBJECT","properties":{"a":{"type":"STRING","nullable":true,"enum":["x"]},"b":{"anyOf":[{"type":"STRING"}]}},"required":["a"]}}]},
           {"googleSearch":{}},{"fileSearch":{"fileSearchStoreNames":["a"],"topK":1}}],
         "toolConfig":{"functionCallingConfig":{"mode":"ANY","allowedFunctionNames":["f"]}},
         "generationConfig":{"temperature":1,"topK":2,"maxOutputTokens":3,"seed":4,"stopSequences":["x"],"responseMimeType":"application/json","responseSchema":{"type":"OBJECT"},"thinkingConfig":{"thinkingBudget":0,"includeThoughts":true}},
         "safetySettings":[]}
        """;

    private const string Error = """
        {"error":{"code":429,"message":"m","status":"RESOURCE_EXHAUSTED","details":[{"@type":"a.QuotaFailure","violations":[{"quotaId":"PerDay","quotaValue":"0"}]},{"@type":"a.RetryInfo","retryDelay":{"seconds":1,"nanos":1}},{"@type":"a.ErrorInfo","reason":"x"}]}}
        """;

    // JsonNode cannot write half a surrogate pair; it is put in afterwards.
    private const string BrokenText = "\"half a pair\"";

    private static readonly string[] Values = ["null", "true", "-1", "1e300", "99999999999", "\"\"", "\" \"", "\"text\"", BrokenText, "[]", "[null]", "[[]]", "{}", "{\"x\":[]}"];

    [Fact]
    public void ReadResponse_AnyValueReplaced_AnswersOrThrowsBackendException() => ForEachMutation(Response, body => Tolerate<BackendException>(() => GeminiTestFormat.Format.ReadResponse(body)));

    [Fact]
    public void StreamReader_AnyValueReplaced_AnswersOrThrowsBackendException() => ForEachMutation(Response, body => Tolerate<BackendException>(() => GeminiTestFormat.ReadStream(body.GetRawText())));

    [Fact]
    public void RequestReader_AnyValueReplaced_AnswersWritablyOrThrowsJsonException() => ForEachMutation(Request, body => Tolerate<JsonException>(() =>
    {
        var request = GeminiRequestReader.Read(body, "gemini-2.5-flash", streaming: false);
        using var written = JsonDocument.Parse(GeminiTestFormat.Write(request.Messages, request.Options, request.ModelId));
    }));

    [Fact]
    public void ReadError_AnyValueReplaced_NeverThrows() => ForEachMutation(Error, body => GeminiTestFormat.Format.ReadError(429, body));

    private static void Tolerate<TException>(Action action)
        where TException : Exception
    {
        try
        {
            action();
        }
        catch (TException)
        {
            // What the reader promises to throw.
        }
    }

    private static void ForEachMutation(string document, Action<JsonElement> check)
    {
        var count = CountNodes(JsonNode.Parse(document));
        Assert.True(count > 15);
        for (var i = 0; i < count; i++)
        {
            foreach (var value in Values)
            {
                var index = i;
                var mutated = Replace(JsonNode.Parse(document), value, ref index)?.ToJsonString().Replace(BrokenText, "\"\\ud800\"", StringComparison.Ordinal) ?? "null";
                try
                {
                    check(JsonElement.Parse(mutated));
                }
                catch (Exception exception)
                {
                    Assert.Fail($"{exception}{Environment.NewLine}for {mutated}");
                }
            }
        }
    }

    private static int CountNodes(JsonNode? node) => 1 + (node switch
    {
        JsonObject members => members.Sum(member => CountNodes(member.Value)),
        JsonArray items => items.Sum(CountNodes),
        _ => 0,
    });

    private static JsonNode? Replace(JsonNode? node, string value, ref int index)
    {
        if (index-- == 0)
        {
            return JsonNode.Parse(value);
        }

        switch (node)
        {
            case JsonObject source:
                var result = new JsonObject();
                foreach (var (name, member) in source)
                {
                    result[name] = Replace(member, value, ref index);
                }

                return result;
            case JsonArray source:
                var array = new JsonArray();
                foreach (var item in source)
                {
                    array.Add(Replace(item, value, ref index));
                }

                return array;
            default:
                return node?.DeepClone();
        }
    }
}
