namespace Sira.Kernel.Messaging.Journal;

/// <summary>Which records to read.</summary>
/// <param name="Pattern">The topics: a name or a pattern, see <see cref="Topics.TopicPattern"/>.</param>
/// <param name="After">The position behind which to begin.</param>
/// <param name="Maximum">How many records at most; at least 1.</param>
/// <param name="Group">Leaves out records that are for another group only; <see langword="null"/> leaves out all that are for one group only.</param>
public sealed record JournalQuery(string Pattern, long After, int Maximum, string? Group = null);
