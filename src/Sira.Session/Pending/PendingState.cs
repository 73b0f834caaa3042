namespace Sira.Session.Pending;

/// <summary>A value of the state that is to be set, or removed where there is no value.</summary>
internal sealed record PendingState(string Key, ReadOnlyMemory<byte>? Value) : PendingChange;
