namespace Sira.Backends.Catalogue;

/// <summary>Prices in the catalogue's file, in US dollars per million tokens.</summary>
internal sealed record CataloguePrices
{
    public decimal? Input { get; init; }

    public decimal? Output { get; init; }

    public decimal? CachedInput { get; init; }

    public decimal? CacheWrite { get; init; }

    public decimal? Reasoning { get; init; }

    /// <summary>Gets the input tokens above which these prices apply, for a tier.</summary>
    public int? Above { get; init; }

    // Settable, since the generated reader would overwrite the default of an init-only member with null.
    public IReadOnlyList<CataloguePrices> Tiers { get; set; } = [];
}
