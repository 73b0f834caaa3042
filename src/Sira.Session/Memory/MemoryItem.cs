using Microsoft.Extensions.AI;

namespace Sira.Session.Memory;

/// <summary>Something that was said and can be found again. Known by its session and version.</summary>
/// <param name="SessionId">The session.</param>
/// <param name="Version">The version of its message.</param>
/// <param name="Role">Who said it.</param>
/// <param name="Text">What was said.</param>
/// <param name="At">When.</param>
public sealed record MemoryItem(string SessionId, long Version, ChatRole Role, string Text, DateTimeOffset At);
