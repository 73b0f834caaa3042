namespace Sira.Backends.Gemini.Options;

/// <summary>The families of models, as data; the longest prefix that matches an id wins.</summary>
/// <remarks>
/// Budgets follow the table that Google publishes for its own OpenAI-compatible endpoint (low 1,024, medium 8,192, high 24,576 tokens); extra high is the family's maximum.
/// Where a family cannot stop thinking, no effort is its least one.
/// </remarks>
internal static class GeminiModelRules
{
    private static readonly GeminiModelRule[] Rules =
    [
        // Ids that no other rule knows, such as gemini-flash-latest, are of the current generation; LOW is the least that all of it takes.
        new(string.Empty, GeminiThinking.ByLevel("LOW", "LOW", "MEDIUM", "HIGH", "HIGH"), MediaInToolResults: true, RequiresCallSignatures: true),
        new("gemini-3", GeminiThinking.ByLevel("MINIMAL", "LOW", "MEDIUM", "HIGH", "HIGH"), MediaInToolResults: true, RequiresCallSignatures: true),
        new("gemini-3-pro", GeminiThinking.ByLevel("LOW", "LOW", "HIGH", "HIGH", "HIGH"), MediaInToolResults: true, RequiresCallSignatures: true),
        new("gemini-3.1-pro", GeminiThinking.ByLevel("LOW", "LOW", "MEDIUM", "HIGH", "HIGH"), MediaInToolResults: true, RequiresCallSignatures: true),
        new("gemini-2.5", GeminiThinking.ByBudget(0, 1024, 8192, 24576, 24576), MediaInToolResults: false, RequiresCallSignatures: false),
        new("gemini-2.5-pro", GeminiThinking.ByBudget(128, 1024, 8192, 24576, 32768), MediaInToolResults: false, RequiresCallSignatures: false),
        new("gemini-2.5-flash-image", GeminiThinking.None, MediaInToolResults: false, RequiresCallSignatures: false),
        new("gemini-2.5-flash-preview-tts", GeminiThinking.None, MediaInToolResults: false, RequiresCallSignatures: false),
        new("gemini-2.5-pro-preview-tts", GeminiThinking.None, MediaInToolResults: false, RequiresCallSignatures: false),
        new("gemini-2.0", GeminiThinking.None, MediaInToolResults: false, RequiresCallSignatures: false),
        new("gemini-1", GeminiThinking.None, MediaInToolResults: false, RequiresCallSignatures: false),
        new("gemma", GeminiThinking.None, MediaInToolResults: false, RequiresCallSignatures: false),
    ];

    public static GeminiModelRule Find(string modelId)
    {
        var id = modelId.AsSpan(modelId.LastIndexOf('/') + 1);
        var found = Rules[0];
        foreach (var rule in Rules)
        {
            if (rule.Prefix.Length > found.Prefix.Length && id.StartsWith(rule.Prefix, StringComparison.OrdinalIgnoreCase))
            {
                found = rule;
            }
        }

        return found;
    }
}
