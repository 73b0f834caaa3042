using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Sira.Kernel.Backup.Format;

/// <summary>Reads the records of a backup and verifies each before it is handed on.</summary>
internal sealed class BackupReader(Stream source) : IDisposable
{
    private const string Fix = "Restore another backup; this one cannot be trusted.";

    private readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly byte[] expected = new byte[BackupFormat.HashLength];
    private byte[] buffer = new byte[BackupFormat.PrefixLength + BackupFormat.ChunkLength + BackupFormat.HashLength];

    public long Bytes { get; private set; }

    public string Sha256 => Convert.ToHexStringLower(expected);

    /// <summary>What is wrong with it, once something was found.</summary>
    public StateBackupException? Damage { get; private set; }

    public async ValueTask<BackupHeader> BeginAsync(CancellationToken cancellationToken)
    {
        var magic = buffer.AsMemory(0, BackupFormat.Magic.Length);
        var read = await source.ReadAtLeastAsync(magic, magic.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
        if (read < magic.Length || !magic.Span.SequenceEqual(BackupFormat.Magic))
        {
            throw Fail($"This is no backup of Sira: it does not begin as one. Choose a file that {nameof(IStateBackup)}.{nameof(IStateBackup.SaveAsync)} wrote.");
        }

        hash.AppendData(magic.Span);
        Bytes = read;
        var header = Parse(await ReadAsync(RecordType.Header, cancellationToken).ConfigureAwait(false), BackupJsonContext.Default.BackupHeader);
        return header.Format == BackupFormat.Version ? header : throw Fail($"The backup has format {header.Format}, and this version of Sira reads format {BackupFormat.Version}. Use the version that wrote it: {header.SiraVersion}.");
    }

    public async ValueTask<ReadOnlyMemory<byte>> ReadAsync(RecordType type, CancellationToken cancellationToken)
    {
        var (found, payload) = await ReadAsync(cancellationToken).ConfigureAwait(false);
        return found == type ? payload : throw Fail($"The backup is damaged at byte {Bytes}: a record of type {found} stands where one of type {type} belongs. {Fix}");
    }

    public async ValueTask<(RecordType Type, ReadOnlyMemory<byte> Payload)> ReadAsync(CancellationToken cancellationToken)
    {
        if (Damage is { } known)
        {
            throw known;
        }

        await FillAsync(0, BackupFormat.PrefixLength, cancellationToken).ConfigureAwait(false);
        var length = BinaryPrimitives.ReadInt32LittleEndian(buffer.AsSpan(1));
        if (length is < 0 or > BackupFormat.MaximumLength)
        {
            throw Fail($"The backup is damaged at byte {Bytes}: a record claims {length} bytes. {Fix}");
        }

        var covered = BackupFormat.PrefixLength + length;
        if (buffer.Length < covered + BackupFormat.HashLength)
        {
            Array.Resize(ref buffer, covered + BackupFormat.HashLength);
        }

        await FillAsync(BackupFormat.PrefixLength, length + BackupFormat.HashLength, cancellationToken).ConfigureAwait(false);
        hash.AppendData(buffer, 0, covered);
        hash.GetCurrentHash(expected);
        if (!expected.AsSpan().SequenceEqual(buffer.AsSpan(covered, BackupFormat.HashLength)))
        {
            throw Fail($"The backup is damaged between byte {Bytes} and byte {Bytes + covered + BackupFormat.HashLength}: its checksum is not that of its content. {Fix}");
        }

        hash.AppendData(expected);
        Bytes += covered + BackupFormat.HashLength;
        return ((RecordType)buffer[0], buffer.AsMemory(BackupFormat.PrefixLength, length));
    }

    /// <summary>Makes sure that nothing comes after the last record.</summary>
    public async ValueTask EndAsync(ReadOnlyMemory<byte> trailer, int sections, CancellationToken cancellationToken)
    {
        if (Parse(trailer, BackupJsonContext.Default.BackupTrailer).Sections != sections)
        {
            throw Fail($"The backup is damaged: it says that it has another number of sections than {sections}. {Fix}");
        }

        if (await source.ReadAsync(buffer.AsMemory(0, 1), cancellationToken).ConfigureAwait(false) != 0)
        {
            throw Fail($"The backup ends at byte {Bytes}, and something else comes after it. {Fix}");
        }
    }

    public T Parse<T>(ReadOnlyMemory<byte> payload, JsonTypeInfo<T> json)
    {
        try
        {
            return JsonSerializer.Deserialize(payload.Span, json) ?? throw new JsonException("null");
        }
        catch (JsonException exception)
        {
            throw Fail($"The backup is damaged before byte {Bytes}: {exception.Message} {Fix}", exception);
        }
    }

    public StateBackupException Fail(string message, Exception? cause = null) => Damage ??= new StateBackupException(message, cause);

    public void Dispose() => hash.Dispose();

    private async ValueTask FillAsync(int offset, int count, CancellationToken cancellationToken)
    {
        var read = await source.ReadAtLeastAsync(buffer.AsMemory(offset, count), count, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
        if (read < count)
        {
            throw Fail($"The backup is incomplete: it breaks off after byte {Bytes + offset + read}. {Fix}");
        }
    }
}
