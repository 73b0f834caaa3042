using System.Text.Json.Serialization;

namespace Sira.Kernel.Backup.Format;

/// <summary>Writes the records of the format without reflection.</summary>
[JsonSerializable(typeof(BackupHeader))]
[JsonSerializable(typeof(SectionHeader))]
[JsonSerializable(typeof(SectionTrailer))]
[JsonSerializable(typeof(BackupTrailer))]
internal sealed partial class BackupJsonContext : JsonSerializerContext
{
}
