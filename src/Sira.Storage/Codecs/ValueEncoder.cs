using System.Buffers;
using System.Security.Cryptography;
using Sira.Storage.Codecs.Compression;
using Sira.Storage.Codecs.Encryption;
using Sira.Storage.Codecs.Format;
using Sira.Storage.Errors;

namespace Sira.Storage.Codecs;

/// <summary>Encodes values: compresses, then encrypts.</summary>
internal sealed class ValueEncoder(CodecProfiles profiles, DataKeyProvider? keys, DictionaryCache? dictionaries, ZstdCodec? zstd, CodecErrors errors)
{
    private const int LargestOnStack = 512;

    /// <summary>Encodes a value. Ends at once where its key and its dictionary are in memory.</summary>
    public ValueTask<EncodedValue> EncodeAsync(ValueAddress address, ReadOnlyMemory<byte> value, CancellationToken cancellationToken)
    {
        var profile = profiles[address.Key.Namespace];
        var (key, dictionary) = (default(DataKey), default(ZstdDictionary));
        if (UsesDictionary(profile, value.Length))
        {
            var finding = dictionaries!.CurrentAsync(address.Key.Namespace, cancellationToken);
            if (!finding.IsCompletedSuccessfully)
            {
                return AwaitAsync(finding, key: null, profile, address, value, cancellationToken);
            }

            dictionary = finding.Result;
        }

        if (profile.Encryption is not ValueEncryption.None)
        {
            var finding = keys!.ForWritingAsync(keys.SubjectOf(address.Key), cancellationToken);
            if (!finding.IsCompletedSuccessfully)
            {
                return AwaitAsync(ValueTask.FromResult(dictionary), finding, profile, address, value, cancellationToken);
            }

            key = finding.Result;
        }

        return TryEncode(profile, address, value.Span, key, dictionary, out var encoded)
            ? ValueTask.FromResult(encoded)
            : AwaitAsync(ValueTask.FromResult(dictionary), key: null, profile, address, value, cancellationToken);
    }

    /// <summary>Makes sure, after a write, that what it wrote was not erased meanwhile.</summary>
    public ValueTask VerifyAsync(in ValueAddress address, in EncodedValue encoded, CancellationToken cancellationToken) =>
        encoded.Key is { } key ? keys!.VerifyAsync(address, key, cancellationToken) : ValueTask.CompletedTask;

    private bool UsesDictionary(CodecProfile profile, int length) => profile.Compression is ValueCompression.Zstd && dictionaries is not null && length >= profile.MinimumLength;

    private async ValueTask<EncodedValue> AwaitAsync(ValueTask<ZstdDictionary?> dictionary, ValueTask<DataKey>? key, CodecProfile profile, ValueAddress address, ReadOnlyMemory<byte> value, CancellationToken cancellationToken)
    {
        var found = await dictionary.ConfigureAwait(false);
        while (true)
        {
            var known = key is { } finding ? await finding.ConfigureAwait(false)
                : profile.Encryption is ValueEncryption.None ? null
                : await keys!.ForWritingAsync(keys.SubjectOf(address.Key), cancellationToken).ConfigureAwait(false);
            if (TryEncode(profile, address, value.Span, known, found, out var encoded))
            {
                return encoded;
            }

            // The key was dropped between being found and being used.
            key = null;
        }
    }

    private bool TryEncode(CodecProfile profile, in ValueAddress address, ReadOnlySpan<byte> value, DataKey? key, ZstdDictionary? dictionary, out EncodedValue encoded)
    {
        var packed = value.Length >= profile.MinimumLength ? Compress(profile, value, dictionary, out var length) : Nothing(out length);
        try
        {
            var content = packed is null ? value : packed.AsSpan(0, length);
            var header = new ValueHeader(
                packed is null ? ValueCompression.None : profile.Compression,
                key is null ? ValueEncryption.None : ValueEncryption.AesGcm,
                (uint)value.Length,
                dictionary?.Version ?? 0,
                key?.Subject ?? default,
                key?.Generation ?? 0);
            var total = header.Length + content.Length + header.TagLength;
            var buffer = ArrayPool<byte>.Shared.Rent(total);
            var target = buffer.AsSpan(0, total);
            encoded = new EncodedValue(buffer, total, key);
            header.Write(target);
            if (key is null)
            {
                content.CopyTo(target[header.Length..]);
            }
            else if (!TryEncrypt(key, header, address, content, target))
            {
                encoded.Return();
                return false;
            }

            header.WriteCheck(target);
            CodecMetrics.Encoded(errors.Engine, header.Compression, header.Encryption, value.Length, total);
            return true;
        }
        finally
        {
            if (packed is not null)
            {
                CryptographicOperations.ZeroMemory(packed.AsSpan(0, length));
                ArrayPool<byte>.Shared.Return(packed);
            }
        }
    }

    private static bool TryEncrypt(DataKey key, in ValueHeader header, in ValueAddress address, ReadOnlySpan<byte> content, Span<byte> target)
    {
        var nonce = target.Slice(header.NonceAt, DataKey.NonceLength);
        Nonces.Next(nonce);
        using var authenticated = new AuthenticatedData(target[..header.CheckAt], address, stackalloc byte[LargestOnStack]);
        return key.TryEncrypt(nonce, content, target.Slice(header.Length, content.Length), target[(header.Length + content.Length)..], authenticated.Bytes);
    }

    private static byte[]? Nothing(out int length)
    {
        length = 0;
        return null;
    }

    private byte[]? Compress(CodecProfile profile, ReadOnlySpan<byte> value, ZstdDictionary? dictionary, out int length)
    {
        length = 0;
        if (profile.Compression is ValueCompression.None)
        {
            return null;
        }

        if (profile.Compression is ValueCompression.Zstd && zstd is null)
        {
            throw errors.NoZstd();
        }

        var isZstd = profile.Compression is ValueCompression.Zstd;
        var buffer = ArrayPool<byte>.Shared.Rent(isZstd ? zstd!.MaximumLength(value.Length) : BrotliCodec.MaximumLength(value.Length));
        try
        {
            // What it saves must be more than what it adds to the header.
            if ((isZstd ? zstd!.TryCompress(value, buffer, profile.Level, dictionary, out length) : BrotliCodec.TryCompress(value, buffer, profile.Level, out length))
                && length + (2 * sizeof(uint)) < value.Length)
            {
                return buffer;
            }
        }
        catch (InvalidDataException exception)
        {
            throw new StorageException(StorageErrorKind.Unknown, errors.Engine, $"A value of {value.Length} bytes could not be compressed. {exception.Message}", exception);
        }

        ArrayPool<byte>.Shared.Return(buffer);
        length = 0;
        return null;
    }
}
