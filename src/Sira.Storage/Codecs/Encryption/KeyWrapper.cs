using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Sira.Kernel.Sealing;
using Sira.Storage.Codecs.Format;
using Sira.Storage.Codecs.KeyRings;

namespace Sira.Storage.Codecs.Encryption;

/// <summary>Wraps data keys with key-encryption keys, and proofs by which a wrong one is told.</summary>
internal sealed class KeyWrapper(IKeyRing ring, CodecErrors errors)
{
    private readonly Sealer opener = new(ring);

    /// <summary>Returns the key that wraps now.</summary>
    public SealingKey Current()
    {
        try
        {
            return ring.Current;
        }
        catch (SealingException exception) when (exception is ExpiredKeyException or UnknownKeyException)
        {
            throw errors.KeyUnknown($"No data key can be wrapped. {exception.Message}", exception);
        }
    }

    public WrappedKey Wrap(SubjectId subject, uint generation, long createdAt, ReadOnlySpan<byte> secret)
    {
        // A ring of this one key: the current one may change between the two lines.
        var key = Current();
        return new WrappedKey(generation, createdAt, key.Id, new Sealer(new KeyRing(key)).Seal(secret, Place(subject, generation, stackalloc byte[PlaceLength])));
    }

    /// <summary>Returns a data key, in a buffer for a <see cref="DataKey"/>.</summary>
    public byte[] Unwrap(SubjectId subject, WrappedKey key)
    {
        var opened = Open(key.Sealed.Span, Place(subject, key.Generation, stackalloc byte[PlaceLength]), key.WrappedBy);
        var secret = GC.AllocateUninitializedArray<byte>(DataKey.SecretLength, pinned: true);
        opened.CopyTo(secret, 0);
        CryptographicOperations.ZeroMemory(opened);
        return secret;
    }

    /// <summary>Tells whether the ring still holds all keys that a record needs, so that what is in memory does not outlive them by more than its time.</summary>
    public bool Holds(DataKeyRecord record)
    {
        try
        {
            return record.Keys.All(key => ring.TryGet(key.WrappedBy, out _));
        }
        catch (ExpiredKeyException)
        {
            return false;
        }
    }

    /// <summary>Makes what shows later whether a key of the same id is still the same.</summary>
    public static byte[] Prove(SealingKey key)
    {
        var proof = new Sealer(new KeyRing(key)).Seal([], Encoding.ASCII.GetBytes(key.Id));
        Array.Resize(ref proof, proof.Length + sizeof(uint));
        BinaryPrimitives.WriteUInt32LittleEndian(proof.AsSpan(proof.Length - sizeof(uint)), Crc32C.Compute(proof.AsSpan(0, proof.Length - sizeof(uint))));
        return proof;
    }

    /// <summary>Checks such a proof.</summary>
    /// <returns>Whether it is whole; a key that is not the same throws.</returns>
    public bool Check(SealingKey key, ReadOnlySpan<byte> proof)
    {
        if (proof.Length < sizeof(uint) || Crc32C.Compute(proof[..^sizeof(uint)]) != BinaryPrimitives.ReadUInt32LittleEndian(proof[^sizeof(uint)..]))
        {
            return false;
        }

        Open(proof[..^sizeof(uint)], Encoding.ASCII.GetBytes(key.Id), key.Id);
        return true;
    }

    private const int PlaceLength = SubjectId.Length + sizeof(uint);

    private static ReadOnlySpan<byte> Place(SubjectId subject, uint generation, Span<byte> target)
    {
        subject.Write(target);
        BinaryPrimitives.WriteUInt32LittleEndian(target[SubjectId.Length..], generation);
        return target;
    }

    // What is opened here has passed its CRC, so that it is the key that is wrong.
    private byte[] Open(ReadOnlySpan<byte> sealedData, ReadOnlySpan<byte> place, string id)
    {
        try
        {
            return opener.Open(sealedData, place);
        }
        catch (UnknownKeyException exception)
        {
            throw errors.KeyUnknown($"A data key is wrapped with the key-encryption key '{id}', which the key ring does not hold. Add it to the ring beside the current one; it can go once {nameof(DataKeys)}.{nameof(DataKeys.RotateAsync)} has reported no failure.", exception);
        }
        catch (ExpiredKeyException exception)
        {
            throw errors.KeyUnknown($"A data key cannot be unwrapped. {exception.Message}", exception);
        }
        catch (SealingException exception)
        {
            throw errors.KeyUnknown($"The key-encryption key '{id}' of the key ring is not the one that was used under this id before. Give it its former secret, and a new secret an id of its own.", exception);
        }
    }
}
