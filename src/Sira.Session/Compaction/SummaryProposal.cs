using Sira.Session.History;

namespace Sira.Session.Compaction;

/// <summary>A summary that may be appended to a session.</summary>
/// <param name="From">The version of the first message that it stands for.</param>
/// <param name="To">The version of the last one.</param>
/// <param name="Text">The text.</param>
/// <param name="Tokens">How many tokens the text is estimated at.</param>
public sealed record SummaryProposal(long From, long To, string Text, int Tokens)
{
    /// <summary>Gets the name of the compactor that made it.</summary>
    public required string Compactor { get; init; }

    /// <summary>Gets the model that wrote it; <see langword="null"/> where none did.</summary>
    public string? Model { get; init; }

    /// <summary>Gets how many summaries deep it is, see <see cref="SessionSummary.Level"/>.</summary>
    public int Level { get; init; }

    /// <summary>Returns the summary as it stands in a history.</summary>
    /// <param name="version">The version at which it was appended.</param>
    public SessionSummary At(long version) => new(version, From, To, Text, Tokens) { Compactor = Compactor, Model = Model, Level = Level };
}
