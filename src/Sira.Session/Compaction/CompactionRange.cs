namespace Sira.Session.Compaction;

/// <summary>A part of a history.</summary>
/// <param name="From">The version of its first message.</param>
/// <param name="To">The version of its last one.</param>
/// <param name="FirstMessage">The index of the first message in the history.</param>
/// <param name="Messages">How many messages it has.</param>
/// <param name="Tokens">How many tokens they are estimated at.</param>
public readonly record struct CompactionRange(long From, long To, int FirstMessage, int Messages, long Tokens);
