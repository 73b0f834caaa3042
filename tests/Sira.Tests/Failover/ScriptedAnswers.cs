using System.Text.Json;
using Microsoft.Extensions.AI;
using Sira.Simulation;
using Sira.Simulation.Answers;

namespace Sira.Tests.Failover;

/// <summary>What the providers of a scenario say, and what they are asked.</summary>
internal sealed class ScriptedAnswers(RequestKind kind, int tokens, bool diverges)
{
    // One token each, together with the space before it, in several scripts and sizes of character.
    private static readonly string[] Words = ["bridge", "Brücke", "橋", "🌉", "мост", "§", "42", "naïve"];

    public IReadOnlyList<ChatMessage> Messages { get; } = [new(ChatRole.System, "Be brief."), new(ChatRole.User, "Tell me about bridges.")];

    /// <summary>How many tokens the text has.</summary>
    public int Tokens => tokens;

    public string TextOf(int provider) => kind switch
    {
        RequestKind.Schema => $$"""{"provider":{{(diverges ? provider : 0)}},"words":[{{string.Join(',', WordsOf(provider).Select(static word => $"\"{word}\""))}}]}""",
        RequestKind.Tools => string.Join(' ', WordsOf(provider).Take(8)),
        _ => string.Join(' ', WordsOf(provider)),
    };

    public IReadOnlyList<(string Name, string Arguments)> CallsOf(int provider) => kind is not RequestKind.Tools ? [] :
    [
        ("weather", """{"city":"Oslo","days":3}"""),
        ("weather", diverges ? $$"""{"city":"city {{provider}}","days":{{provider}}}""" : """{"city":"Roma","days":1}"""),
    ];

    public static SimulatedUsage UsageOf(int provider) => new() { InputTokens = 1007 + (1000 * provider), OutputTokens = 103 + (100 * provider), ReasoningTokens = 0 };

    public SimulatedAnswer Answer(SimulatedRequest request, int provider)
    {
        var text = TextOf(provider);
        if (request.Prompt.Messages[^1] is { Role: "assistant", Text: var prefill })
        {
            // A model that is given the beginning goes on from it; from the beginning of another model's answer, as well as it can.
            text = text.StartsWith(prefill, StringComparison.Ordinal) ? text[prefill.Length..] : ContinuationOf(provider);
        }

        return new SimulatedAnswer
        {
            Text = text,
            Model = ModelOf(provider),
            ToolCalls = [.. CallsOf(provider).Select(static call => new SimulatedToolCall(call.Name, call.Arguments))],
            Usage = UsageOf(provider),
        };
    }

    public static string ContinuationOf(int provider) => $" and so on, says provider {provider}.";

    /// <summary>The version by which a provider calls its model on the response.</summary>
    public static string ModelOf(int provider) => $"model-of-{provider}-2026-11-21";

    public ChatOptions CreateOptions()
    {
        var options = new Requests.SiraChatOptions { AcceptsRestart = true };
        if (kind is RequestKind.Tools)
        {
            options.Tools = [AIFunctionFactory.CreateDeclaration("weather", "Tells the weather.", Json("""{"type":"object","properties":{"city":{"type":"string"},"days":{"type":"integer"}},"required":["city","days"]}"""))];
        }

        if (kind is RequestKind.Schema)
        {
            options.ResponseFormat = ChatResponseFormat.ForJsonSchema(Json("""{"type":"object","properties":{"provider":{"type":"integer"},"words":{"type":"array","items":{"type":"string"}}},"required":["provider","words"],"additionalProperties":false}"""), "bridges");
        }

        return options;
    }

    private static JsonElement Json(string text) => JsonElement.Parse(text);

    private IEnumerable<string> WordsOf(int provider)
    {
        for (var i = 0; i < tokens; i++)
        {
            yield return diverges && i >= 3 && i % 2 == 1 ? $"p{provider}" : Words[i % Words.Length];
        }
    }
}
