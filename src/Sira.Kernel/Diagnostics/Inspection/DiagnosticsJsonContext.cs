using System.Text.Json.Serialization;
using Sira.Kernel.Configuration.Rollout;
using Sira.Kernel.Configuration.Versions;
using Sira.Kernel.Health.Status;

namespace Sira.Kernel.Diagnostics.Inspection;

/// <summary>Serialises diagnostics without reflection: <c>JsonSerializer.Serialize(snapshot, DiagnosticsJsonContext.Default.DiagnosticsSnapshot)</c>.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(DiagnosticsSnapshot))]
[JsonSerializable(typeof(HealthSummary))]
[JsonSerializable(typeof(ConfigurationDiff))]
[JsonSerializable(typeof(ConfigurationReport))]
[JsonSerializable(typeof(RolloutStatus))]
public sealed partial class DiagnosticsJsonContext : JsonSerializerContext
{
}
