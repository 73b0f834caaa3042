using System.Text.Json.Serialization;

namespace Quickstart;

/// <summary>What the structured answer is read into.</summary>
internal sealed record Cafe(string Name, string Street, string[] Specialities, bool HasTerrace);

/// <summary>How it is read, without reflection.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(Cafe))]
internal sealed partial class CafeJson : JsonSerializerContext;
