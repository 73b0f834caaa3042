using System.Text.Json.Serialization;

namespace Sira.Storage.Migration.Records;

[JsonSourceGenerationOptions(UseStringEnumConverter = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(MigrationRecord))]
internal sealed partial class MigrationJsonContext : JsonSerializerContext;
