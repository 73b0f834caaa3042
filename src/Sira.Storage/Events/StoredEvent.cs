using Sira.Storage.Keys;

namespace Sira.Storage.Events;

/// <summary>An event that was read.</summary>
/// <param name="Stream">Its stream.</param>
/// <param name="Version">Its number in the stream, from 1 on.</param>
/// <param name="Position">Its place among the events of all streams of the namespace; 0 for an engine without one order.</param>
/// <param name="Type">What kind of event it is.</param>
/// <param name="Data">Its content; not to be changed.</param>
/// <param name="AppendedAt">When it was appended, by the clock of the engine.</param>
public readonly record struct StoredEvent(StoreKey Stream, long Version, long Position, string Type, ReadOnlyMemory<byte> Data, DateTimeOffset AppendedAt);
