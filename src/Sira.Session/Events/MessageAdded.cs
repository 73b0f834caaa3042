using Sira.Session.History;

namespace Sira.Session.Events;

/// <summary>A message was added.</summary>
/// <param name="Version">See <see cref="SessionEvent"/>.</param>
/// <param name="At">See <see cref="SessionEvent"/>.</param>
/// <param name="Message">The message.</param>
public sealed record MessageAdded(long Version, DateTimeOffset At, SessionMessage Message) : SessionEvent(Version, At);
