using System.Buffers;
using System.Numerics;
using System.Security.Cryptography;
using Sira.Storage.Codecs.Compression;
using Sira.Storage.Codecs.Encryption;
using Sira.Storage.Codecs.Format;

namespace Sira.Storage.Codecs;

/// <summary>Decodes values by what their headers say.</summary>
internal sealed class ValueDecoder(CodecProfiles profiles, DataKeyProvider? keys, DictionaryCache? dictionaries, ZstdCodec? zstd, bool readsPlain, int maximumLength, CodecErrors errors)
{
    private const int LargestOnStack = 512;

    // What differs from the magic by so few bits is looked at twice before it is taken for a value without one.
    private const int SuspiciousBits = 3;

    /// <summary>Decodes a value. Ends at once where its key and its dictionary are in memory.</summary>
    public ValueTask<ReadOnlyMemory<byte>> DecodeAsync(ValueAddress address, ReadOnlyMemory<byte> stored, CancellationToken cancellationToken)
    {
        switch (ValueHeader.Read(stored.Span, out var header))
        {
            case HeaderStatus.Absent:
                return ValueTask.FromResult(DecodePlain(address, stored));
            case HeaderStatus.Newer:
                throw errors.Newer(address);
            case HeaderStatus.Damaged:
                throw errors.Corrupt(address, "its checksum is wrong.");
        }

        if (!header.IsEncrypted)
        {
            return profiles[address.Key.Namespace].Encryption is not ValueEncryption.None && !readsPlain
                ? throw errors.NotEncrypted(address)
                : DecompressAsync(address, header, stored[header.Length..], rented: null, cancellationToken);
        }

        if (keys is null)
        {
            throw errors.NoKeys(address);
        }

        var finding = keys.ForReadingAsync(address, header.Subject, header.Generation, cancellationToken);
        if (!finding.IsCompletedSuccessfully)
        {
            return AwaitAsync(finding, address, header, stored, cancellationToken);
        }

        return TryDecrypt(finding.Result, header, address, stored.Span, out var content, out var rented)
            ? DecompressAsync(address, header, content, rented, cancellationToken)
            : AwaitAsync(keys.ForReadingAsync(address, header.Subject, header.Generation, cancellationToken), address, header, stored, cancellationToken);
    }

    private async ValueTask<ReadOnlyMemory<byte>> AwaitAsync(ValueTask<DataKey> finding, ValueAddress address, ValueHeader header, ReadOnlyMemory<byte> stored, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (TryDecrypt(await finding.ConfigureAwait(false), header, address, stored.Span, out var content, out var rented))
            {
                return await DecompressAsync(address, header, content, rented, cancellationToken).ConfigureAwait(false);
            }

            // The key was dropped between being found and being used.
            finding = keys!.ForReadingAsync(address, header.Subject, header.Generation, cancellationToken);
        }
    }

    private ReadOnlyMemory<byte> DecodePlain(in ValueAddress address, ReadOnlyMemory<byte> stored)
    {
        if (!readsPlain)
        {
            throw errors.Plain(address);
        }

        if (IsNearlyMagic(stored.Span))
        {
            var repaired = stored.ToArray();
            ValueHeader.Magic.CopyTo(repaired);
            if (ValueHeader.Read(repaired, out _) is HeaderStatus.Valid)
            {
                throw errors.Corrupt(address, "its first bytes were changed.");
            }
        }

        return stored;
    }

    private bool TryDecrypt(DataKey key, in ValueHeader header, in ValueAddress address, ReadOnlySpan<byte> stored, out ReadOnlyMemory<byte> content, out byte[]? rented)
    {
        var cipher = stored[header.Length..^DataKey.TagLength];

        // What is decompressed afterwards is only passing through.
        var isCompressed = header.Compression is not ValueCompression.None;
        rented = isCompressed ? ArrayPool<byte>.Shared.Rent(cipher.Length) : null;
        var plain = rented ?? GC.AllocateUninitializedArray<byte>(cipher.Length);
        content = plain.AsMemory(0, cipher.Length);
        using var authenticated = new AuthenticatedData(stored[..header.CheckAt], address, stackalloc byte[LargestOnStack]);
        try
        {
            return key.TryDecrypt(stored.Slice(header.NonceAt, DataKey.NonceLength), cipher, stored[^DataKey.TagLength..], plain.AsSpan(0, cipher.Length), authenticated.Bytes);
        }
        catch (AuthenticationTagMismatchException exception)
        {
            throw errors.Corrupt(address, "it was changed, or it belongs to another key.", exception);
        }
    }

    private ValueTask<ReadOnlyMemory<byte>> DecompressAsync(ValueAddress address, ValueHeader header, ReadOnlyMemory<byte> content, byte[]? rented, CancellationToken cancellationToken)
    {
        if (header.Compression is ValueCompression.None)
        {
            return ValueTask.FromResult(content);
        }

        if (header.Compression is ValueCompression.Brotli || header.Dictionary == 0)
        {
            return ValueTask.FromResult(Decompress(address, header, content, rented, dictionary: null));
        }

        if (dictionaries is null)
        {
            throw errors.NoZstd(address);
        }

        var finding = dictionaries.FindAsync(address.Key.Namespace, header.Dictionary, cancellationToken);
        return finding.IsCompletedSuccessfully
            ? ValueTask.FromResult(Decompress(address, header, content, rented, finding.Result))
            : AwaitDictionaryAsync(finding, address, header, content, rented);
    }

    private async ValueTask<ReadOnlyMemory<byte>> AwaitDictionaryAsync(ValueTask<ZstdDictionary?> finding, ValueAddress address, ValueHeader header, ReadOnlyMemory<byte> content, byte[]? rented) =>
        Decompress(address, header, content, rented, await finding.ConfigureAwait(false));

    private ReadOnlyMemory<byte> Decompress(in ValueAddress address, in ValueHeader header, ReadOnlyMemory<byte> content, byte[]? rented, ZstdDictionary? dictionary)
    {
        try
        {
            // No value is longer than the engine would have taken, whatever its header says.
            if (header.PlainLength > maximumLength)
            {
                throw errors.Corrupt(address, $"it says that it has {header.PlainLength} bytes, and the engine takes {maximumLength} at most.");
            }

            if (header.Compression is ValueCompression.Zstd && zstd is null)
            {
                throw errors.NoZstd(address);
            }

            if (header.Dictionary != 0 && dictionary is null)
            {
                throw errors.NoDictionary(address, address.Key.Namespace, header.Dictionary);
            }

            var plain = GC.AllocateUninitializedArray<byte>((int)header.PlainLength);
            return (header.Compression is ValueCompression.Zstd ? zstd!.TryDecompress(content.Span, plain, dictionary) : BrotliCodec.TryDecompress(content.Span, plain))
                ? plain
                : throw errors.Corrupt(address, $"it cannot be decompressed to the {header.PlainLength} bytes that it says it has.");
        }
        finally
        {
            if (rented is not null)
            {
                CryptographicOperations.ZeroMemory(rented.AsSpan(0, content.Length));
                ArrayPool<byte>.Shared.Return(rented);
            }
        }
    }

    private static bool IsNearlyMagic(ReadOnlySpan<byte> stored)
    {
        var bits = 0;
        for (var i = 0; i < ValueHeader.Magic.Length && i < stored.Length; i++)
        {
            bits += BitOperations.PopCount((uint)(stored[i] ^ ValueHeader.Magic[i]));
        }

        return stored.Length >= ValueHeader.PrefixLength && bits <= SuspiciousBits;
    }
}
