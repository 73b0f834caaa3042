namespace Sira.Session.Format;

/// <summary>An event as it stands in a log or a segment.</summary>
/// <param name="Type">What it is called.</param>
/// <param name="Data">Its body.</param>
internal readonly record struct RawEvent(string Type, ReadOnlyMemory<byte> Data);
