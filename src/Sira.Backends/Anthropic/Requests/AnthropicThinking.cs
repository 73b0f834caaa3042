using System.Text.Json;
using Microsoft.Extensions.AI;
using Sira.Backends.Wire.Json;

namespace Sira.Backends.Anthropic.Requests;

/// <summary>What <see cref="ChatOptions.Reasoning"/> comes to on the wire. Planned before anything is written, because thinking counts into <c>max_tokens</c>.</summary>
internal readonly struct AnthropicThinking
{
    // The provider's minimum.
    private const int MinimumBudget = 1024;

    private readonly string? _type;
    private readonly int _budget;
    private readonly string? _display;

    private AnthropicThinking(int maxTokens, string? type = null, int budget = 0, string? display = null, string? effort = null) =>
        (MaxTokens, _type, _budget, _display, Effort) = (maxTokens, type, budget, display, effort);

    /// <summary>Gets <c>max_tokens</c>.</summary>
    public int MaxTokens { get; }

    /// <summary>Gets <c>output_config.effort</c>, if it is to be written.</summary>
    public string? Effort { get; }

    /// <summary>Gets whether thinking is switched on.</summary>
    public bool Thinks => _type is "enabled" or "adaptive";

    public static AnthropicThinking Plan(IReadOnlyList<ChatMessage> messages, ChatOptions? options, JsonElement extra, AnthropicModelProfile profile, AnthropicWireOptions wire, int? limit)
    {
        var maxTokens = options?.MaxOutputTokens ?? limit ?? wire.DefaultMaxTokens;
        if (options?.Reasoning is not { } reasoning || extra.TryGet("thinking", out _) || (extra.TryGetObject("output_config", out var raw) && raw.TryGet("effort", out _)))
        {
            return new AnthropicThinking(maxTokens);
        }

        var shows = reasoning.Output is ReasoningOutput.Summary or ReasoningOutput.Full;
        if (reasoning.Effort is ReasoningEffort.None)
        {
            // Where thinking is a budget, no budget is no thinking.
            return new AnthropicThinking(maxTokens, profile.Thinking is AnthropicThinkingStyle.Adaptive ? "disabled" : null);
        }

        if (reasoning.Effort is null && !shows)
        {
            return new AnthropicThinking(maxTokens);
        }

        if (options is { Tools.Count: > 0, ToolMode: RequiredChatToolMode })
        {
            // The two exclude each other; what must be called is asked for, how much is thought is a wish.
            return new AnthropicThinking(maxTokens, effort: profile.Thinking is AnthropicThinkingStyle.Adaptive ? EffortOf(reasoning.Effort, profile) : null);
        }

        if (profile.Thinking is AnthropicThinkingStyle.Budget && AnthropicMessageWriter.ContinuesWithoutThinking(messages, profile))
        {
            // Another provider began the turn that the tool results continue; these models refuse to think in the middle of a turn that did not begin so.
            return new AnthropicThinking(maxTokens);
        }

        var budget = BudgetOf(reasoning.Effort);
        if (options.MaxOutputTokens is null && limit is null)
        {
            maxTokens += budget;
        }

        if (profile.Thinking is AnthropicThinkingStyle.Adaptive)
        {
            var shown = shows ? "summarized" : reasoning.Output is ReasoningOutput.None ? "omitted" : null;
            return new AnthropicThinking(maxTokens, "adaptive", 0, shown, EffortOf(reasoning.Effort, profile));
        }

        // A caller's limit is a limit on cost, so it is not raised: a quarter of it stays for the answer, and where not even the smallest budget fits, the model does not think.
        return maxTokens <= MinimumBudget
            ? new AnthropicThinking(maxTokens)
            : new AnthropicThinking(maxTokens, "enabled", Math.Min(budget, Math.Max(MinimumBudget, maxTokens - (maxTokens / 4))), reasoning.Output is ReasoningOutput.None ? "omitted" : null);
    }

    /// <summary>Writes the member <c>thinking</c>, if there is something to say.</summary>
    public bool WriteThinking(Utf8JsonWriter writer)
    {
        if (_type is null)
        {
            return false;
        }

        writer.WriteStartObject("thinking");
        writer.WriteString("type", _type);
        if (_budget > 0)
        {
            writer.WriteNumber("budget_tokens", _budget);
        }

        if (_display is not null)
        {
            writer.WriteString("display", _display);
        }

        writer.WriteEndObject();
        return true;
    }

    private static int BudgetOf(ReasoningEffort? effort) => effort switch
    {
        ReasoningEffort.Low => 2_048,
        ReasoningEffort.High => 16_384,
        ReasoningEffort.ExtraHigh => 32_768,
        _ => 8_192,
    };

    private static string? EffortOf(ReasoningEffort? effort, AnthropicModelProfile profile) => effort switch
    {
        ReasoningEffort.Low => "low",
        ReasoningEffort.Medium => "medium",
        ReasoningEffort.High => "high",
        ReasoningEffort.ExtraHigh => profile.ExtraHighEffort,
        _ => null,
    };
}
