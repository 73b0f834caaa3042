using System.Text.Json.Serialization;

namespace Sira.Gateway.Ledger.State;

/// <summary>Writes the cells without reflection.</summary>
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(LedgerRecord))]
internal sealed partial class LedgerStateJsonContext : JsonSerializerContext
{
}
