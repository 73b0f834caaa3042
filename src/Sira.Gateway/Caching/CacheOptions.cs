namespace Sira.Gateway.Caching;

/// <summary>How answers are cached. Read when the stage is built; later changes have no effect.</summary>
public sealed class CacheOptions
{
    /// <summary>Gets or sets whether answers are cached at all, so that a file can switch the stage off.</summary>
    /// <value><see langword="true"/>.</value>
    public bool Enabled { get; set; } = true;

    /// <summary>Gets or sets how long an answer is fresh, counted from the moment at which it was stored.</summary>
    /// <value>1 hour. Positive.</value>
    public TimeSpan TimeToLive { get; set; } = TimeSpan.FromHours(1);

    /// <summary>Gets or sets how long after that an answer is kept for the case that no fresh one can be had.</summary>
    /// <value>Zero: none is.</value>
    public TimeSpan StaleFor { get; set; }

    /// <summary>Gets or sets whether the users of a tenant are kept apart as well, by <see cref="Sira.Requests.RequestContext.User"/>.</summary>
    /// <value><see langword="false"/>.</value>
    public bool PartitionByUser { get; set; }

    /// <summary>Gets or sets whether requests without a tenant are left uncached, so that a place that forgets to name it cannot share answers between tenants.</summary>
    /// <value><see langword="false"/>.</value>
    public bool RequireTenant { get; set; }

    /// <summary>Gets or sets how many answers are kept in memory.</summary>
    /// <value>10,000. At least 1.</value>
    public int MaxEntries { get; set; } = 10_000;

    /// <summary>Gets or sets how many bytes the answers in memory may take.</summary>
    /// <value>64 MiB. At least <see cref="MaxEntryBytes"/>.</value>
    public long MaxBytes { get; set; } = 64L << 20;

    /// <summary>Gets or sets how large one answer may be; a larger one is not stored.</summary>
    /// <value>1 MiB. At least 1 KiB.</value>
    public int MaxEntryBytes { get; set; } = 1 << 20;

    /// <summary>Gets or sets whether the <c>IDistributedCache</c> that the host has registered is used as a second level. Without one this has no effect.</summary>
    /// <value><see langword="true"/>.</value>
    public bool UseDistributedCache { get; set; } = true;

    /// <summary>Gets or sets whether Sira's own storage is the second level, in the namespace <c>cache</c>, and not the host's <c>IDistributedCache</c>. Answers are then kept where the storage keeps things.</summary>
    /// <value><see langword="false"/>.</value>
    public bool UseStorage { get; set; }

    /// <summary>Gets or sets how long one operation of the second level may take. What takes longer counts as absent.</summary>
    /// <value>500 milliseconds. Positive.</value>
    public TimeSpan DistributedTimeout { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Gets how questions that only resemble each other share an answer. Off by default.</summary>
    public SemanticCacheOptions Semantic { get; } = new();

    /// <summary>Gets or sets the clock.</summary>
    /// <value><see langword="null"/>: the one of the container, else the system's.</value>
    public TimeProvider? TimeProvider { get; set; }
}
