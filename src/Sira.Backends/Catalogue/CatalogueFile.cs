namespace Sira.Backends.Catalogue;

/// <summary>The bundled catalogue as it stands in its file.</summary>
/// <param name="AsOf">The day the facts were read.</param>
/// <param name="Providers">The models by kind of backend.</param>
internal sealed record CatalogueFile(DateOnly AsOf, Dictionary<string, List<CatalogueEntry>> Providers);
