namespace Sira.Benchmarks.Storage;

/// <summary>A statement of Npgsql alone.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Sql">Its text.</param>
/// <param name="Parameters">How many parameters it has: a key of one text (1 or 2) or of three parts (3 and more), then a value, microseconds to live, and whether durable.</param>
/// <param name="Reads">How many columns of its row are read.</param>
internal sealed record RawStatement(string Name, string Sql, int Parameters, int Reads = 0);
