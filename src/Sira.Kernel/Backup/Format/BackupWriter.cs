using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Sira.Kernel.Backup.Format;

/// <summary>Writes the records of a backup.</summary>
internal sealed class BackupWriter(Stream destination) : IDisposable
{
    private readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly byte[] record = new byte[BackupFormat.PrefixLength + BackupFormat.ChunkLength + BackupFormat.HashLength];

    public long Bytes { get; private set; }

    public string Sha256 { get; private set; } = string.Empty;

    public async ValueTask BeginAsync(BackupHeader header, CancellationToken cancellationToken)
    {
        hash.AppendData(BackupFormat.Magic);
        Bytes = BackupFormat.Magic.Length;
        await destination.WriteAsync(BackupFormat.Magic.ToArray(), cancellationToken).ConfigureAwait(false);
        await WriteAsync(RecordType.Header, header, BackupJsonContext.Default.BackupHeader, cancellationToken).ConfigureAwait(false);
    }

    public ValueTask WriteAsync<T>(RecordType type, T value, JsonTypeInfo<T> json, CancellationToken cancellationToken) =>
        WriteAsync(type, JsonSerializer.SerializeToUtf8Bytes(value, json), cancellationToken);

    public ValueTask WriteAsync(RecordType type, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken) =>
        destination.WriteAsync(Frame(type, payload.Span), cancellationToken);

    public void Write(RecordType type, ReadOnlySpan<byte> payload) => destination.Write(Frame(type, payload).Span);

    public void Dispose() => hash.Dispose();

    private ReadOnlyMemory<byte> Frame(RecordType type, ReadOnlySpan<byte> payload)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(payload.Length, BackupFormat.ChunkLength, nameof(payload));
        record[0] = (byte)type;
        BinaryPrimitives.WriteInt32LittleEndian(record.AsSpan(1), payload.Length);
        payload.CopyTo(record.AsSpan(BackupFormat.PrefixLength));
        var covered = BackupFormat.PrefixLength + payload.Length;
        hash.AppendData(record, 0, covered);
        hash.GetCurrentHash(record.AsSpan(covered));
        Sha256 = Convert.ToHexStringLower(record.AsSpan(covered, BackupFormat.HashLength));
        hash.AppendData(record, covered, BackupFormat.HashLength);
        Bytes += covered + BackupFormat.HashLength;
        return record.AsMemory(0, covered + BackupFormat.HashLength);
    }
}
