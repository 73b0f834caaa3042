namespace Sira.Storage.Keys;

/// <summary>Which keys of a partition to read.</summary>
/// <param name="Partition">The partition.</param>
/// <param name="Prefix">What their names begin with, exactly; empty for all.</param>
public readonly record struct StoreScan(StorePartition Partition, string Prefix = "")
{
    /// <summary>How many keys a page has unless it is told otherwise: 100.</summary>
    public const int DefaultPageSize = 100;

    /// <summary>The most keys that a page may have: 10,000.</summary>
    public const int MaximumPageSize = 10_000;

    /// <summary>Gets where to read on: the name behind which the page begins, as the page before gave it; <see langword="null"/> for the beginning.</summary>
    public string? After { get; init; }

    /// <summary>Gets how many keys at most; 0 stands for <see cref="DefaultPageSize"/>. A page may have fewer and yet not be the last.</summary>
    public int PageSize { get; init; }

    /// <summary>Gets whether the values are left out, which is cheaper where only the keys matter.</summary>
    public bool KeysOnly { get; init; }
}
