using System.Buffers;
using System.IO.Compression;
using System.Text;
using Sira.Kernel.Sealing;

namespace Sira.Kernel.Messaging.Envelopes;

/// <summary>Wraps the bytes of a message: compressed, encrypted, signed, each as chosen, and in any case saying what it is.</summary>
/// <remarks>
/// Thread-safe. Version 1 is, in this order: <c>SE</c> (2 bytes), the version (1 byte), flags (1 byte: 1 compressed, 2 sealed), the length before compression (4 bytes, little-endian), the content. The content is compressed first and sealed then; the header before it is covered by the seal.
/// </remarks>
public sealed class MessageEnvelope
{
    internal const int HeaderBytes = 8;

    private const byte Version = 1;
    private const byte Compressed = 1;
    private const byte Sealed = 2;

    // Quality 4 of 11 compresses text nearly as far as the highest and ten times as fast; a window of 2^18 bytes spans most messages.
    private const int Quality = 4;
    private const int WindowBits = 18;
    private const int LargestOnStack = 512;

    /// <summary>Initializes a new instance.</summary>
    /// <param name="options">What is done to the bytes.</param>
    /// <exception cref="ArgumentOutOfRangeException">A bound is below 1.</exception>
    public MessageEnvelope(EnvelopeOptions? options = null)
    {
        Options = options ?? new EnvelopeOptions();
        ArgumentOutOfRangeException.ThrowIfLessThan(Options.MaximumBytes, 1, nameof(options));
        ArgumentOutOfRangeException.ThrowIfLessThan(Options.CompressionThreshold, 1, nameof(options));
    }

    /// <summary>Gets what is done to the bytes.</summary>
    public EnvelopeOptions Options { get; }

    /// <summary>Wraps bytes.</summary>
    /// <param name="content">The bytes.</param>
    /// <param name="place">Where the message belongs; a seal does not open elsewhere.</param>
    /// <returns>The envelope.</returns>
    /// <exception cref="EnvelopeException">There are more bytes than allowed.</exception>
    public byte[] Pack(ReadOnlySpan<byte> content, string place)
    {
        ArgumentNullException.ThrowIfNull(place);
        if (content.Length > Options.MaximumBytes)
        {
            throw TooLarge(content.Length);
        }

        Span<byte> header = stackalloc byte[HeaderBytes];
        (header[0], header[1], header[2]) = ((byte)'S', (byte)'E', Version);
        System.Buffers.Binary.BinaryPrimitives.WriteInt32LittleEndian(header[4..], content.Length);
        var compressed = content.Length >= Options.CompressionThreshold ? ArrayPool<byte>.Shared.Rent(content.Length) : null;
        try
        {
            if (compressed is not null && BrotliEncoder.TryCompress(content, compressed.AsSpan(0, content.Length), out var written, Quality, WindowBits) && written < content.Length)
            {
                header[3] |= Compressed;
                content = compressed.AsSpan(0, written);
            }

            if (Options.Sealer is { } sealer)
            {
                header[3] |= Sealed;
                using var associated = new Associated(header, place, stackalloc byte[LargestOnStack]);
                return [.. header, .. sealer.Seal(content, associated.Bytes)];
            }

            return [.. header, .. content];
        }
        finally
        {
            if (compressed is not null)
            {
                ArrayPool<byte>.Shared.Return(compressed);
            }
        }
    }

    /// <summary>Opens an envelope.</summary>
    /// <param name="envelope">What <see cref="Pack"/> returned.</param>
    /// <param name="place">Where the message belongs; the same as when it was wrapped.</param>
    /// <returns>The bytes.</returns>
    /// <exception cref="EnvelopeException">It is no envelope, is damaged, is of a version that this release does not know, holds more than allowed, or is not sealed although sealing is asked for.</exception>
    /// <exception cref="SealingException">The seal does not open it, or its key is not in the key ring.</exception>
    public byte[] Unpack(ReadOnlySpan<byte> envelope, string place)
    {
        ArgumentNullException.ThrowIfNull(place);
        if (envelope.Length < HeaderBytes || envelope[0] != (byte)'S' || envelope[1] != (byte)'E')
        {
            throw new EnvelopeException("The bytes are no envelope of a message: they do not begin with 'SE' and a header of 8 bytes. They were damaged, or something else wrote them.");
        }

        if (envelope[2] != Version || envelope[3] > (Compressed | Sealed))
        {
            throw new EnvelopeException($"The envelope has version {envelope[2]} and flags {envelope[3]}; this release reads version {Version} with flags 0 to 3. Read it with the release that wrote it, or a later one.");
        }

        var length = System.Buffers.Binary.BinaryPrimitives.ReadInt32LittleEndian(envelope[4..]);
        if (length < 0 || length > Options.MaximumBytes)
        {
            throw TooLarge(length);
        }

        var content = Unseal(envelope, place);
        if ((envelope[3] & Compressed) == 0)
        {
            return content.Length == length ? content.ToArray() : throw Damaged();
        }

        // Exactly as long as the header says, so that a bomb finds no room.
        var plain = GC.AllocateUninitializedArray<byte>(length);
        return BrotliDecoder.TryDecompress(content, plain, out var written) && written == length ? plain : throw Damaged();
    }

    private static EnvelopeException Damaged() => new("The content of the envelope does not have the length that its header says. It was damaged on its way.");

    private ReadOnlySpan<byte> Unseal(ReadOnlySpan<byte> envelope, string place)
    {
        var isSealed = (envelope[3] & Sealed) != 0;
        if (Options.Sealer is not { } sealer)
        {
            return isSealed
                ? throw new EnvelopeException("The envelope is sealed, but no sealer is configured. Set EnvelopeOptions.Sealer with the key ring that holds its key.")
                : envelope[HeaderBytes..];
        }

        if (!isSealed)
        {
            throw new EnvelopeException("The envelope is not sealed, although the options ask for it. If it comes from before sealing was configured, open it without a sealer and publish it again; otherwise somebody replaced it.");
        }

        using var associated = new Associated(envelope[..HeaderBytes], place, stackalloc byte[LargestOnStack]);
        return sealer.Open(envelope[HeaderBytes..], associated.Bytes);
    }

    private EnvelopeException TooLarge(int length) => new($"The message has {(uint)length} bytes; at most {Options.MaximumBytes} are allowed. Publish a reference to the data instead, or raise EnvelopeOptions.MaximumBytes.");

    private readonly ref struct Associated
    {
        private readonly byte[]? rented;

        public Associated(ReadOnlySpan<byte> header, string place, Span<byte> stack)
        {
            var most = header.Length + Encoding.UTF8.GetMaxByteCount(place.Length);
            rented = most > stack.Length ? ArrayPool<byte>.Shared.Rent(most) : null;
            var bytes = rented ?? stack;
            header.CopyTo(bytes);
            Bytes = bytes[..(header.Length + Encoding.UTF8.GetBytes(place, bytes[header.Length..]))];
        }

        public ReadOnlySpan<byte> Bytes { get; }

        public void Dispose()
        {
            if (rented is not null)
            {
                ArrayPool<byte>.Shared.Return(rented);
            }
        }
    }
}
