namespace Sira.Storage.Codecs.Encryption;

/// <summary>A data key as it is stored.</summary>
/// <param name="Generation">The how manieth of its subject, from 1 on.</param>
/// <param name="CreatedAt">When it was made, in milliseconds since 1970.</param>
/// <param name="WrappedBy">The id of the key-encryption key.</param>
/// <param name="Sealed">The data key, sealed with that.</param>
internal sealed record WrappedKey(uint Generation, long CreatedAt, string WrappedBy, ReadOnlyMemory<byte> Sealed);
