namespace Sira.Session.Pending;

/// <summary>A version to go back to.</summary>
internal sealed record PendingRewind(long Version) : PendingChange;
