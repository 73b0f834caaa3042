using Sira.Simulation.Generation;
using Sira.Simulation.Prompts;

namespace Sira.Simulation.Answers;

/// <summary>Turns an answer into a finished one: counts tokens, applies the request's limit, decides the finish reason.</summary>
internal static class AnswerFinisher
{
    private const int TokensPerMessage = 4;

    /// <summary>Finishes an answer.</summary>
    /// <param name="prompt">The prompt.</param>
    /// <param name="answer">The answer.</param>
    /// <returns>The finished answer.</returns>
    public static FinishedAnswer Finish(SimulatedPrompt prompt, SimulatedAnswer answer)
    {
        var text = SimulatedTokenizer.Split(answer.Text);
        var reasoning = SimulatedTokenizer.Split(answer.Reasoning);
        var usage = answer.Usage;
        var reasoningTokens = usage?.ReasoningTokens ?? Math.Max(reasoning.Count, EffortTokens(prompt.ReasoningEffort));
        var finish = answer.FinishReason;
        if (finish == SimulatedFinishReason.Automatic)
        {
            finish = answer.ToolCalls.Count > 0 ? SimulatedFinishReason.ToolCalls : SimulatedFinishReason.Stop;
            if (prompt.MaxOutputTokens is { } limit && finish == SimulatedFinishReason.Stop && reasoningTokens + text.Count > limit)
            {
                // Providers bill thoughts against the limit first, so a small limit leaves no text at all.
                reasoningTokens = Math.Min(reasoningTokens, limit);
                reasoning = [.. reasoning.Take(reasoningTokens)];
                text = [.. text.Take(Math.Max(0, limit - reasoningTokens))];
                finish = SimulatedFinishReason.Length;
            }
        }

        var calls = answer.ToolCalls.Sum(static call => SimulatedTokenizer.Count(call.Name) + SimulatedTokenizer.Count(call.Arguments));
        var input = usage?.InputTokens ?? CountInput(prompt);
        return new FinishedAnswer
        {
            Model = answer.Model ?? prompt.Model,
            Text = text,
            Reasoning = reasoning,
            ToolCalls = answer.ToolCalls,
            Finish = finish,
            InputTokens = input,
            CachedInputTokens = Math.Min(usage?.CachedInputTokens ?? 0, input),
            CacheWriteTokens = Math.Clamp(usage?.CacheWriteTokens ?? 0, 0, input - Math.Min(usage?.CachedInputTokens ?? 0, input)),
            OutputTokens = usage?.OutputTokens ?? (text.Count + calls + reasoningTokens),
            ReasoningTokens = reasoningTokens,
        };
    }

    /// <summary>Counts the input tokens of a prompt: each message's text, calls and results and four more, and the JSON of tools and schema.</summary>
    /// <param name="prompt">The prompt.</param>
    /// <returns>The count.</returns>
    public static int CountInput(SimulatedPrompt prompt)
    {
        var count = prompt.EmbeddingInputs.Sum(SimulatedTokenizer.Count);
        foreach (var message in prompt.Messages)
        {
            count += TokensPerMessage + SimulatedTokenizer.Count(message.Text);
            count += message.ToolCalls.Sum(static call => SimulatedTokenizer.Count(call.Name) + SimulatedTokenizer.Count(call.Arguments));
            count += message.ToolResults.Sum(static result => SimulatedTokenizer.Count(result.Text));
        }

        foreach (var tool in prompt.Tools)
        {
            count += SimulatedTokenizer.Count(tool.Name) + SimulatedTokenizer.Count(tool.Description);
            count += tool.Schema.ValueKind == System.Text.Json.JsonValueKind.Undefined ? 0 : SimulatedTokenizer.Count(tool.Schema.GetRawText());
        }

        return count + (prompt.JsonSchema is { } schema ? SimulatedTokenizer.Count(schema.GetRawText()) : 0);
    }

    private static int EffortTokens(string? effort) => effort switch
    {
        null or "none" => 0,
        "minimal" => 16,
        "low" => 32,
        "high" => 128,
        "xhigh" or "max" => 256,
        _ => 64,
    };
}
