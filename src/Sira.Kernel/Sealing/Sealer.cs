using System.Buffers;
using System.Security.Cryptography;
using System.Text;

namespace Sira.Kernel.Sealing;

/// <summary>Encrypts and signs bytes with the current key of a ring, and opens them with whichever key sealed them.</summary>
/// <remarks>
/// <para>Thread-safe. Version 1 is, in this order: the version (1 byte), the <see cref="SealingOptions"/> (1 byte), the length of the key's id (1 byte), the id (ASCII), if encrypted a random nonce (12 bytes), the data, if encrypted the tag of AES-256-GCM (16 bytes), if signed HMAC-SHA256 (32 bytes).</para>
/// <para>The tag covers everything up to the id; the signature covers everything before it. Both cover the associated data, which says where the data belongs and is not stored: what was sealed for one place does not open at another.</para>
/// </remarks>
public sealed class Sealer
{
    private const byte Version = 1;
    private const int FixedBytes = 3;
    private const int LargestOnStack = 512;

    private readonly IKeyRing keys;

    /// <summary>Initializes a new instance.</summary>
    /// <param name="keys">The keys.</param>
    /// <param name="options">What sealing does. Opening goes by what the data says and asks for at least this much.</param>
    /// <exception cref="ArgumentOutOfRangeException">Nothing to do was chosen.</exception>
    public Sealer(IKeyRing keys, SealingOptions options = SealingOptions.Encrypt)
    {
        ArgumentNullException.ThrowIfNull(keys);
        if (options is <= SealingOptions.None or > (SealingOptions.Encrypt | SealingOptions.Sign))
        {
            throw new ArgumentOutOfRangeException(nameof(options), options, "Choose Encrypt, Sign or both.");
        }

        (this.keys, Options) = (keys, options);
    }

    /// <summary>Gets what sealing does.</summary>
    public SealingOptions Options { get; }

    /// <summary>Seals data.</summary>
    /// <param name="data">The data.</param>
    /// <param name="associated">Where it belongs, such as the name of a topic; needed again to open it.</param>
    /// <returns>The sealed data: at most 159 bytes longer.</returns>
    public byte[] Seal(ReadOnlySpan<byte> data, ReadOnlySpan<byte> associated = default)
    {
        var key = keys.Current;
        var (encrypt, sign) = (Options.HasFlag(SealingOptions.Encrypt), Options.HasFlag(SealingOptions.Sign));
        var header = FixedBytes + key.IdBytes.Length;
        var bodyAt = header + (encrypt ? SealingKey.NonceBytes : 0);
        var bodyEnd = bodyAt + data.Length;
        var tagEnd = bodyEnd + (encrypt ? SealingKey.TagBytes : 0);
        var result = GC.AllocateUninitializedArray<byte>(tagEnd + (sign ? SealingKey.SignatureBytes : 0));
        (result[0], result[1], result[2]) = (Version, (byte)Options, (byte)key.IdBytes.Length);
        key.IdBytes.CopyTo(result, FixedBytes);
        if (encrypt)
        {
            var nonce = result.AsSpan(header, SealingKey.NonceBytes);
            RandomNumberGenerator.Fill(nonce);
            using var authenticated = new Joined(result.AsSpan(0, header), associated, stackalloc byte[LargestOnStack]);
            key.Encrypt(nonce, data, result.AsSpan(bodyAt, data.Length), result.AsSpan(bodyEnd, SealingKey.TagBytes), authenticated.Bytes);
        }
        else
        {
            data.CopyTo(result.AsSpan(bodyAt));
        }

        if (sign)
        {
            using var signed = new Joined(result.AsSpan(0, tagEnd), associated, stackalloc byte[LargestOnStack]);
            key.Sign(signed.Bytes, result.AsSpan(tagEnd));
        }

        return result;
    }

    /// <summary>Opens sealed data.</summary>
    /// <param name="sealedData">What <see cref="Seal"/> returned.</param>
    /// <param name="associated">Where it belongs; the same as when it was sealed.</param>
    /// <returns>The data.</returns>
    /// <exception cref="UnknownKeyException">The ring does not hold the key.</exception>
    /// <exception cref="SealingException">The data was changed, cut short, sealed for another place or with less than <see cref="Options"/>, or is of an unknown version.</exception>
    public byte[] Open(ReadOnlySpan<byte> sealedData, ReadOnlySpan<byte> associated = default)
    {
        if (sealedData.Length < FixedBytes || sealedData.Length < FixedBytes + sealedData[2])
        {
            throw CutShort(sealedData.Length);
        }

        if (sealedData[0] != Version)
        {
            throw new SealingException($"The data has the seal version {sealedData[0]}; this release reads version {Version}. Open it with the release that sealed it, or a later one.");
        }

        var flags = (SealingOptions)sealedData[1];
        if ((flags & Options) != Options || flags > (SealingOptions.Encrypt | SealingOptions.Sign))
        {
            throw new SealingException($"The data says that it was sealed with '{flags}', but at least '{Options}' is asked for. If it comes from before that was asked for, open it with a sealer that asks for less and seal it again; otherwise somebody changed it.");
        }

        var header = FixedBytes + sealedData[2];
        var id = Encoding.ASCII.GetString(sealedData[FixedBytes..header]);
        var (encrypted, signed) = (flags.HasFlag(SealingOptions.Encrypt), flags.HasFlag(SealingOptions.Sign));
        var bodyAt = header + (encrypted ? SealingKey.NonceBytes : 0);
        var tagEnd = sealedData.Length - (signed ? SealingKey.SignatureBytes : 0);
        var bodyEnd = tagEnd - (encrypted ? SealingKey.TagBytes : 0);
        if (bodyEnd < bodyAt)
        {
            throw CutShort(sealedData.Length);
        }

        if (!keys.TryGet(id, out var key))
        {
            throw new UnknownKeyException(id);
        }

        if (signed)
        {
            using var covered = new Joined(sealedData[..tagEnd], associated, stackalloc byte[LargestOnStack]);
            Span<byte> signature = stackalloc byte[SealingKey.SignatureBytes];
            key.Sign(covered.Bytes, signature);
            if (!CryptographicOperations.FixedTimeEquals(signature, sealedData[tagEnd..]))
            {
                throw Changed(id);
            }
        }

        var body = sealedData[bodyAt..bodyEnd];
        if (!encrypted)
        {
            return body.ToArray();
        }

        var plain = GC.AllocateUninitializedArray<byte>(body.Length);
        using var authenticated = new Joined(sealedData[..header], associated, stackalloc byte[LargestOnStack]);
        return key.TryDecrypt(sealedData[header..bodyAt], body, sealedData[bodyEnd..tagEnd], plain, authenticated.Bytes) ? plain : throw Changed(id);
    }

    private static SealingException CutShort(int length) => new($"The sealed data ends after {length} bytes, in the middle. It was cut short on its way or is no sealed data.");

    private static SealingException Changed(string keyId) => new($"The data does not match its seal by the key '{keyId}': it was changed, or it was sealed for another place. Do not use it.");

    // The bytes that are authenticated together, and the place they belong to. Its length stands last, so that no byte can move from one to the other.
    private ref struct Joined
    {
        private readonly byte[]? rented;

        public Joined(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second, Span<byte> stack)
        {
            var length = first.Length + second.Length + sizeof(int);
            rented = length > stack.Length ? ArrayPool<byte>.Shared.Rent(length) : null;
            var bytes = (rented ?? stack)[..length];
            first.CopyTo(bytes);
            second.CopyTo(bytes[first.Length..]);
            System.Buffers.Binary.BinaryPrimitives.WriteInt32LittleEndian(bytes[^sizeof(int)..], second.Length);
            Bytes = bytes;
        }

        public ReadOnlySpan<byte> Bytes { get; }

        public readonly void Dispose()
        {
            if (rented is not null)
            {
                ArrayPool<byte>.Shared.Return(rented);
            }
        }
    }
}
