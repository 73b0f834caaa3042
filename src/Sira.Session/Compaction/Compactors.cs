namespace Sira.Session.Compaction;

/// <summary>The names of the compactors that Sira has.</summary>
public static class Compactors
{
    /// <summary>A model writes summaries. See <see cref="SummariseCompactor"/>.</summary>
    public const string Summarise = "summarise";

    /// <summary>Summaries, and summaries of summaries. See <see cref="HierarchicalCompactor"/>.</summary>
    public const string Hierarchical = "hierarchical";

    /// <summary>The sentences that say most, without a model. See <see cref="ImportanceCompactor"/>.</summary>
    public const string Importance = "importance";

    /// <summary>Gets the names.</summary>
    public static IReadOnlyList<string> Names { get; } = [Summarise, Hierarchical, Importance];
}
