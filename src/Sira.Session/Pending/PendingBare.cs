namespace Sira.Session.Pending;

/// <summary>An event that says nothing beyond its type.</summary>
internal sealed record PendingBare(string Type) : PendingChange;
