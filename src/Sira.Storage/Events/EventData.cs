namespace Sira.Storage.Events;

/// <summary>An event to append.</summary>
/// <param name="Type">What kind of event it is: 1 to 128 bytes of UTF-8, so that a reader can skip what it does not know.</param>
/// <param name="Data">Its content; may be empty.</param>
public readonly record struct EventData(string Type, ReadOnlyMemory<byte> Data);
