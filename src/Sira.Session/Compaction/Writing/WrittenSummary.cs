namespace Sira.Session.Compaction.Writing;

/// <summary>A summary, and who wrote it.</summary>
internal readonly record struct WrittenSummary(string Text, int Tokens, string? Model);
