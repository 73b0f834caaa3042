using System.Text.Json.Serialization;

namespace Sira.Session.Records;

/// <summary>How records are written.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault, UseStringEnumConverter = true, RespectRequiredConstructorParameters = false)]
[JsonSerializable(typeof(SessionRecord))]
[JsonSerializable(typeof(UserRecord))]
[JsonSerializable(typeof(ForkRecord))]
[JsonSerializable(typeof(RemovalRecord))]
[JsonSerializable(typeof(CursorRecord))]
internal sealed partial class RecordJson : JsonSerializerContext;
