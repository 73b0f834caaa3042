using System.Text.Json.Serialization;

namespace Sira.Simulation.Traffic;

/// <summary>How records are written as JSON.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
[JsonSerializable(typeof(TrafficRecord))]
internal sealed partial class TrafficJsonContext : JsonSerializerContext;
