using System.Text.Json;
using Microsoft.Extensions.AI;
using Sira.Backends.Wire.Json;

namespace Sira.Backends.Gemini.Options;

/// <summary>How a family of models takes a reasoning effort: as a level, as a budget of tokens, or not at all. One value per <see cref="ReasoningEffort"/>, in its order.</summary>
internal sealed class GeminiThinking
{
    public const string LevelMember = "thinkingLevel";

    public const string BudgetMember = "thinkingBudget";

    private readonly string[]? _levels;
    private readonly int[]? _budgets;

    private GeminiThinking(string[]? levels, int[]? budgets) => (_levels, _budgets) = (levels, budgets);

    /// <summary>Gets the thinking of models that do not think: an effort is not written.</summary>
    public static GeminiThinking None { get; } = new(null, null);

    public bool IsSupported => _levels is not null || _budgets is not null;

    public static GeminiThinking ByLevel(string none, string low, string medium, string high, string extraHigh) => new([none, low, medium, high, extraHigh], null);

    public static GeminiThinking ByBudget(int none, int low, int medium, int high, int extraHigh) => new(null, [none, low, medium, high, extraHigh]);

    public void Write(GeminiObjectWriter config, ReasoningEffort effort)
    {
        var index = Math.Clamp((int)effort, 0, (int)ReasoningEffort.ExtraHigh);
        if (_levels is not null)
        {
            config.Member(LevelMember).WriteStringValue(_levels[index]);
        }
        else if (_budgets is not null)
        {
            config.Member(BudgetMember).WriteNumberValue(_budgets[index]);
        }
    }

    /// <summary>Finds the effort that is written as just this level or budget; a value in between stays a raw member.</summary>
    public ReasoningEffort? Read(JsonElement config)
    {
        var index = -1;
        if (_levels is not null && config.GetEitherStringOrNull(LevelMember, "thinking_level") is { } level)
        {
            index = Array.FindIndex(_levels, value => value.Equals(level, StringComparison.OrdinalIgnoreCase));
        }
        else if (_budgets is not null && (config.GetInt64OrNull(BudgetMember) ?? config.GetInt64OrNull("thinking_budget")) is { } budget)
        {
            index = Array.FindIndex(_budgets, value => value == budget);
        }

        // Where none and low are written alike (models that cannot stop thinking), low is the honest reading.
        if (index == 0 && (_levels is not null ? _levels[1] == _levels[0] : _budgets![1] == _budgets[0]))
        {
            index = 1;
        }

        return index < 0 ? null : (ReasoningEffort)index;
    }
}
