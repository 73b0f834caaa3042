namespace Sira.Storage.PostgreSql.Writing;

/// <summary>What a write of one statement gives back.</summary>
/// <param name="IsMade">Whether it was made.</param>
/// <param name="First">The tag of the value, or the version of the stream.</param>
/// <param name="Position">The position, of an append.</param>
internal readonly record struct WriteRow(bool IsMade, long First, long Position);
