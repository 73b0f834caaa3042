namespace Sira.Session;

/// <summary>Which sessions to list.</summary>
public sealed record SessionQuery
{
    /// <summary>Gets whose.</summary>
    /// <value>Default <see langword="null"/>: those of no tenant.</value>
    public string? Tenant { get; init; }

    /// <summary>Gets the user whose sessions are meant.</summary>
    /// <value>Default <see langword="null"/>: everybody's and nobody's.</value>
    public string? User { get; init; }

    /// <summary>Gets where they stand.</summary>
    /// <value>Default <see langword="null"/>: anywhere.</value>
    public SessionLifecycle? Lifecycle { get; init; }

    /// <summary>Gets from when on they were last active.</summary>
    /// <value>Default <see langword="null"/>: ever.</value>
    public DateTimeOffset? ActiveFrom { get; init; }

    /// <summary>Gets until when they were last active.</summary>
    /// <value>Default <see langword="null"/>: now.</value>
    public DateTimeOffset? ActiveUntil { get; init; }

    /// <summary>Gets how many a page has at most; 1 to 1000.</summary>
    /// <value>Default 100.</value>
    public int PageSize { get; init; } = 100;

    /// <summary>Gets where to read on: <see cref="SessionPage.Next"/> of the page before.</summary>
    /// <value>Default <see langword="null"/>: at the beginning.</value>
    public string? After { get; init; }
}
