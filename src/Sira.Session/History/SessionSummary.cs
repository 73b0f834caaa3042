namespace Sira.Session.History;

/// <summary>A text that can stand for a part of a session's history. The part itself stays in the log.</summary>
/// <param name="Version">The version of the session at which it was appended.</param>
/// <param name="From">The version of the first message that it stands for.</param>
/// <param name="To">The version of the last one.</param>
/// <param name="Text">The text.</param>
/// <param name="Tokens">How many tokens the text is estimated at.</param>
public sealed record SessionSummary(long Version, long From, long To, string Text, int Tokens)
{
    /// <summary>Gets the name of the compactor that made it.</summary>
    public string Compactor { get; init; } = string.Empty;

    /// <summary>Gets the model that wrote it; <see langword="null"/> where none did.</summary>
    public string? Model { get; init; }

    /// <summary>Gets how many summaries deep it is: 0 of messages, 1 of summaries of messages, and so on.</summary>
    public int Level { get; init; }
}
