namespace Sira.Kernel.Backup.Format;

/// <summary>What a record of a backup is.</summary>
internal enum RecordType : byte
{
    Header = 1,
    SectionHeader = 2,
    Data = 3,
    SectionTrailer = 4,
    Trailer = 5,
}
