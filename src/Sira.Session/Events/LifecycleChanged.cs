namespace Sira.Session.Events;

/// <summary>The session was archived, resumed or closed.</summary>
/// <param name="Version">See <see cref="SessionEvent"/>.</param>
/// <param name="At">See <see cref="SessionEvent"/>.</param>
/// <param name="Lifecycle">Where it stands from now on.</param>
public sealed record LifecycleChanged(long Version, DateTimeOffset At, SessionLifecycle Lifecycle) : SessionEvent(Version, At);
