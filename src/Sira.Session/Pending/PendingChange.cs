namespace Sira.Session.Pending;

/// <summary>Something that is to be appended.</summary>
internal abstract record PendingChange;
