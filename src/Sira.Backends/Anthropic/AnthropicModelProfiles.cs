namespace Sira.Backends.Anthropic;

/// <summary>The profiles of the models that differ from what all newer ones have in common. The list of the older generations is closed; a model that it does not name is a newer one.</summary>
internal static class AnthropicModelProfiles
{
    private static readonly AnthropicModelProfile Current = new();
    private static readonly AnthropicModelProfile Budget = new() { Thinking = AnthropicThinkingStyle.Budget };
    private static readonly AnthropicModelProfile WithoutExtraHigh = new() { ExtraHighEffort = "max" };

    // By a part of the id, since the clouds that resell the models put their own prefix and suffix around it.
    private static readonly (string Part, AnthropicModelProfile Profile)[] Older =
    [
        ("claude-3", Budget),
        ("claude-sonnet-4-0", Budget),
        ("claude-sonnet-4-2025", Budget),
        ("claude-sonnet-4-5", Budget),
        ("claude-haiku-4-5", Budget),
        ("claude-opus-4-0", Budget),
        ("claude-opus-4-2025", Budget),
        ("claude-opus-4-1", Budget),
        ("claude-opus-4-5", Budget),
        ("claude-sonnet-4-6", WithoutExtraHigh),
        ("claude-opus-4-6", WithoutExtraHigh),
    ];

    // The first generation of the fourth major version had no minor one, so that its id is the beginning of all the others.
    private static readonly string[] OlderWithoutMinor = ["claude-sonnet-4", "claude-opus-4"];

    /// <summary>Returns the profile of a model.</summary>
    public static AnthropicModelProfile Find(string modelId)
    {
        // Some resellers write the version with a dot.
        var id = modelId.Replace('.', '-');
        foreach (var (part, profile) in Older)
        {
            if (id.Contains(part, StringComparison.OrdinalIgnoreCase))
            {
                return profile;
            }
        }

        foreach (var name in OlderWithoutMinor)
        {
            var start = id.IndexOf(name, StringComparison.OrdinalIgnoreCase);
            if (start >= 0 && (start + name.Length == id.Length || id[start + name.Length] is '@' or ':'))
            {
                return Budget;
            }
        }

        return Current;
    }
}
