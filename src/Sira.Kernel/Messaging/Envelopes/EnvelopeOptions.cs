using Sira.Kernel.Sealing;

namespace Sira.Kernel.Messaging.Envelopes;

/// <summary>What is done to the bytes of a message on their way into a journal.</summary>
public sealed record EnvelopeOptions
{
    /// <summary>Gets from how many bytes on a message is compressed with Brotli; it stays as it is where that does not make it smaller. <see cref="int.MaxValue"/> never compresses.</summary>
    /// <value>Default 1024: below that there is little to gain.</value>
    public int CompressionThreshold { get; init; } = 1024;

    /// <summary>Gets how many bytes a message may have, before compression and after decompression.</summary>
    /// <value>Default 1 MiB.</value>
    public int MaximumBytes { get; init; } = 1024 * 1024;

    /// <summary>Gets what encrypts and signs; <see langword="null"/> leaves messages readable.</summary>
    /// <value>Default <see langword="null"/>.</value>
    public Sealer? Sealer { get; init; }
}
