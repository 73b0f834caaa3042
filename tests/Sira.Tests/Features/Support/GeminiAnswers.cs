using System.Text.Json.Nodes;

namespace Sira.Tests.Features.Support;

/// <summary>Answers of Gemini's generateContent.</summary>
internal static class GeminiAnswers
{
    public static JsonObject Body(WireAnswer answer) => Envelope([.. Parts(answer)], Finish(answer), answer, answer.HasUsage);

    public static string Stream(WireAnswer answer)
    {
        var parts = Parts(answer).ToArray();
        var text = string.Concat(parts.Select(part => WireAnswer.Event(Envelope([part], null, null, hasUsage: false))));
        return text + WireAnswer.Event(Envelope([], Finish(answer), answer, answer.HasUsage));
    }

    private static IEnumerable<JsonObject> Parts(WireAnswer answer)
    {
        if (answer.Reasoning is { } reasoning)
        {
            yield return new JsonObject { ["text"] = reasoning, ["thought"] = true };
        }

        if (answer.Text is { } text)
        {
            var part = new JsonObject { ["text"] = text };
            if (answer.Signature is { } signature && answer.Calls.Length == 0)
            {
                part["thoughtSignature"] = signature;
            }

            yield return part;
        }

        var first = true;
        foreach (var (id, name, arguments) in answer.Calls)
        {
            var call = new JsonObject { ["name"] = name, ["args"] = JsonNode.Parse(arguments) };
            if (id.Length > 0)
            {
                call["id"] = id;
            }

            var part = new JsonObject { ["functionCall"] = call };
            if (first && answer.Signature is { } signature)
            {
                // Of calls made in parallel, the first carries it.
                part["thoughtSignature"] = signature;
            }

            first = false;
            yield return part;
        }
    }

    private static string Finish(WireAnswer answer) => answer switch
    {
        { Refusal: not null } or { End: "filter" } => "SAFETY",
        { End: "length" } => "MAX_TOKENS",
        _ => "STOP",
    };

    private static JsonObject Envelope(JsonObject[] parts, string? finish, WireAnswer? answer, bool hasUsage)
    {
        var candidate = new JsonObject { ["index"] = 0, ["content"] = new JsonObject { ["role"] = "model", ["parts"] = new JsonArray([.. parts]) } };
        if (finish is not null)
        {
            candidate["finishReason"] = finish;
        }

        if (answer?.Citation is { } url)
        {
            candidate["groundingMetadata"] = new JsonObject
            {
                ["groundingChunks"] = new JsonArray(new JsonObject { ["web"] = new JsonObject { ["uri"] = url, ["title"] = "Source" } }),
                ["groundingSupports"] = new JsonArray(new JsonObject
                {
                    ["segment"] = new JsonObject { ["startIndex"] = 0, ["endIndex"] = answer.Text!.Length, ["text"] = answer.Text },
                    ["groundingChunkIndices"] = new JsonArray(0),
                }),
            };
        }

        var body = new JsonObject { ["candidates"] = new JsonArray(candidate), ["modelVersion"] = "some-model-2026", ["responseId"] = "resp1" };
        if (hasUsage)
        {
            body["usageMetadata"] = JsonNode.Parse("""{"promptTokenCount":1000,"cachedContentTokenCount":400,"candidatesTokenCount":100,"thoughtsTokenCount":200,"totalTokenCount":1300}""");
        }

        return body;
    }
}
