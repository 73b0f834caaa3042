namespace Sira.Session.Events;

/// <summary>Something that a newer version has appended, and that may be passed over.</summary>
/// <param name="Version">See <see cref="SessionEvent"/>.</param>
/// <param name="At">See <see cref="SessionEvent"/>.</param>
/// <param name="Type">What it calls it.</param>
public sealed record UnknownSessionEvent(long Version, DateTimeOffset At, string Type) : SessionEvent(Version, At);
