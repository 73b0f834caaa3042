using System.Text.Json.Serialization;

namespace Sira.Gateway.Ledger.Export;

/// <summary>Writes rows as JSON without reflection.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, GenerationMode = JsonSourceGenerationMode.Serialization)]
[JsonSerializable(typeof(LedgerRow))]
internal sealed partial class LedgerJsonContext : JsonSerializerContext;
