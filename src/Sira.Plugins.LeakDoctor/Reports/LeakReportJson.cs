using System.Text.Json.Serialization;

namespace Sira.Plugins.LeakDoctor.Reports;

/// <summary>How reports are written as JSON.</summary>
[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
[JsonSerializable(typeof(LeakReport))]
internal sealed partial class LeakReportJson : JsonSerializerContext;
