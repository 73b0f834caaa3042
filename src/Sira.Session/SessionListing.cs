namespace Sira.Session;

/// <summary>A session in a list.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Lifecycle">Where it stands.</param>
/// <param name="CreatedAt">When it was created.</param>
/// <param name="LastActiveAt">When something was appended last, at most <see cref="SessionOptions.ActivityInterval"/> too early while it is in use.</param>
public sealed record SessionListing(SessionKey Key, SessionLifecycle Lifecycle, DateTimeOffset CreatedAt, DateTimeOffset LastActiveAt);
