using System.Text.Json.Serialization;

namespace Sira.Kernel.Backup.Participants;

/// <summary>Writes the records of the kernel's own parts without reflection.</summary>
[JsonSourceGenerationOptions(UseStringEnumConverter = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
[JsonSerializable(typeof(PoolRecord))]
[JsonSerializable(typeof(BreakerRecord))]
[JsonSerializable(typeof(ConfigurationRecord))]
internal sealed partial class ParticipantJsonContext : JsonSerializerContext
{
}
