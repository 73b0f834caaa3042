namespace Sira.Session.Events;

/// <summary>A value of the session's state was set or removed.</summary>
/// <param name="Version">See <see cref="SessionEvent"/>.</param>
/// <param name="At">See <see cref="SessionEvent"/>.</param>
/// <param name="Key">The key.</param>
/// <param name="Value">The value as JSON; <see langword="null"/> where it was removed.</param>
public sealed record StateChanged(long Version, DateTimeOffset At, string Key, ReadOnlyMemory<byte>? Value) : SessionEvent(Version, At);
