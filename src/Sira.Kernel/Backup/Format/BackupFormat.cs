namespace Sira.Kernel.Backup.Format;

/// <summary>The format of a backup: eight bytes of magic, then records. Each is a type, a length, a payload, and the SHA-256 of everything from the first byte of the file to the end of that payload.</summary>
/// <remarks>So nothing is handed on that has not been verified, a record cannot be left out, repeated or moved, and a file that was torn anywhere lacks its last record. The payloads beside data are JSON, so that a backup can be looked into with the tools at hand.</remarks>
internal static class BackupFormat
{
    public const int Version = 1;

    public const int HashLength = 32;

    public const int PrefixLength = 5;

    /// <summary>The length of the records that are written.</summary>
    public const int ChunkLength = 64 * 1024;

    /// <summary>The length above which a record is damaged, so that a wrong length reserves no memory.</summary>
    public const int MaximumLength = 1024 * 1024;

    public static ReadOnlySpan<byte> Magic => "SIRA-BK\u0001"u8;
}
