namespace Sira.Storage.Messaging.Formats;

/// <summary>Where a record stands.</summary>
/// <param name="Engine">The engine that has kept it.</param>
/// <param name="Position">Its position.</param>
/// <param name="AppendedAt">When it came there.</param>
internal readonly record struct RecordPlace(string Engine, long Position, DateTimeOffset AppendedAt)
{
    public override string ToString() => $"the message at position {Position} of the journal";
}
