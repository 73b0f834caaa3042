namespace Sira.Backends.Catalogue;

/// <summary>One model in the catalogue's file. What is absent is unknown.</summary>
internal sealed record CatalogueEntry
{
    public required string Id { get; init; }

    /// <summary>Gets the id across providers, where it differs.</summary>
    public string? CanonicalId { get; init; }

    public string? Family { get; init; }

    public int? Context { get; init; }

    public int? Output { get; init; }

    // The generated reader assigns every init-only member and would overwrite a default with null; hence the setters.
    /// <summary>Gets what it takes besides text: <c>image</c>, <c>audio</c>, <c>video</c>, <c>file</c>.</summary>
    public IReadOnlyList<string> Inputs { get; set; } = [];

    /// <summary>Gets the names of the other features that it is known not to have.</summary>
    public IReadOnlyList<string> Lacks { get; set; } = [];

    public bool? Reasons { get; init; }

    /// <summary>Gets whether it goes on from the beginning of an answer.</summary>
    public bool? Prefill { get; init; }

    /// <summary>Gets the length of its vectors, for an embedding model.</summary>
    public int? Dimensions { get; init; }

    public double? Quality { get; init; }

    public CataloguePrices? Prices { get; init; }
}
