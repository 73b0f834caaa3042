using System.Text.Encodings.Web;
using System.Text.Json;
using Sira.Simulation.Generation;
using Sira.Simulation.Prompts;

namespace Sira.Simulation.Answers;

/// <summary>What a simulated model says when nobody scripted it: short, deterministic, and never to be mistaken for a real model.</summary>
internal static class PlausibleAnswers
{
    private const int TopicLength = 80;
    private const int QuoteLength = 400;

    /// <summary>Answers a prompt.</summary>
    /// <param name="prompt">The prompt.</param>
    /// <returns>The answer.</returns>
    public static SimulatedAnswer Answer(SimulatedPrompt prompt)
    {
        var results = prompt.ToolResults;
        if (prompt.Tools.Count > 0 && prompt.ToolChoice != SimulatedToolChoice.None && results.Count == 0)
        {
            return CallTool(prompt);
        }

        return new SimulatedAnswer
        {
            Text = prompt.JsonSchema is { } schema ? JsonSchemaSampler.Sample(schema, new ValueHints(prompt.LastUserText))
                : prompt.JsonMode ? TopicAsJson(prompt)
                : results.Count > 0 ? Quote(results)
                : AboutTopic(prompt.LastUserText),
            Reasoning = Thoughts(prompt),
        };
    }

    private static SimulatedAnswer CallTool(SimulatedPrompt prompt)
    {
        var tool = prompt.Tools.FirstOrDefault(tool => tool.Name == prompt.RequiredTool) ?? prompt.Tools[0];
        return new SimulatedAnswer
        {
            ToolCalls = [new SimulatedToolCall(tool.Name, JsonSchemaSampler.Sample(tool.Schema, new ValueHints(prompt.LastUserText)))],
            Reasoning = Thoughts(prompt),
        };
    }

    private static string? Thoughts(SimulatedPrompt prompt) =>
        prompt.ReasoningEffort is null or "none" ? null : $"The user writes about \"{Topic(prompt.LastUserText)}\". This is a simulation, so a short answer will do.";

    private static string AboutTopic(string text) => text.Length == 0
        ? "This is a simulated answer: no model was asked."
        : $"This is a simulated answer to \"{Topic(text)}\". No model was asked; with a real provider configured, its answer would stand here.";

    private static string Quote(IReadOnlyList<SimulatedToolResult> results)
    {
        var said = results.Select(static result => $"{result.Name ?? "the tool"} says: {Shorten(result.Text, QuoteLength)}");
        return "Simulated answer from the tools' results: " + string.Join("; ", said);
    }

    private static string TopicAsJson(SimulatedPrompt prompt)
    {
        var topic = JsonEncodedText.Encode(Topic(prompt.LastUserText), JavaScriptEncoder.UnsafeRelaxedJsonEscaping);
        return $$"""{"simulated":true,"topic":"{{topic}}"}""";
    }

    private static string Topic(string text) => Shorten(text.ReplaceLineEndings(" ").Trim(), TopicLength);

    private static string Shorten(string text, int length)
    {
        if (text.Length <= length)
        {
            return text;
        }

        var end = char.IsHighSurrogate(text[length - 1]) ? length - 1 : length;
        return string.Concat(text.AsSpan(0, end), "…");
    }
}
