using System.Text.Json;
using System.Text.Json.Serialization;

namespace Sira.Backends.Catalogue;

/// <summary>Reads the catalogue's file without reflection.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, ReadCommentHandling = JsonCommentHandling.Skip)]
[JsonSerializable(typeof(CatalogueFile))]
internal sealed partial class CatalogueJsonContext : JsonSerializerContext;
