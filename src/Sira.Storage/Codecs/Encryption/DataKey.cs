using System.Security.Cryptography;

namespace Sira.Storage.Codecs.Encryption;

/// <summary>A data key in memory. Once it is closed it does nothing any more, and its bytes are zero.</summary>
internal sealed class DataKey
{
    public const int SecretLength = 32;
    public const int NonceLength = 12;
    public const int TagLength = 16;

    // An instance of AesGcm serves one caller at a time, and making one takes as long as encrypting a kibibyte.
    private readonly AesGcm?[] idle = new AesGcm?[Math.Clamp(Environment.ProcessorCount, 2, 16)];
    private readonly byte[] secret;
    private readonly Lock gate = new();
    private volatile bool isClosed;

    /// <param name="subject">Whose it is.</param>
    /// <param name="generation">The how manieth of the subject.</param>
    /// <param name="secret">The key. Pinned, so that collecting garbage leaves no copies; taken over and set to zero in the end.</param>
    public DataKey(SubjectId subject, uint generation, byte[] secret) => (Subject, Generation, this.secret) = (subject, generation, secret);

    public SubjectId Subject { get; }

    public uint Generation { get; }

    public bool IsClosed => isClosed;

    /// <summary>Encrypts, unless the key is closed.</summary>
    public bool TryEncrypt(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> plain, Span<byte> cipher, Span<byte> tag, ReadOnlySpan<byte> associated)
    {
        if (Rent() is not { } aes)
        {
            return false;
        }

        try
        {
            aes.Encrypt(nonce, plain, cipher, tag, associated);
            return true;
        }
        finally
        {
            Return(aes);
        }
    }

    /// <summary>Decrypts, unless the key is closed.</summary>
    /// <exception cref="AuthenticationTagMismatchException">It is not what was encrypted.</exception>
    public bool TryDecrypt(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> cipher, ReadOnlySpan<byte> tag, Span<byte> plain, ReadOnlySpan<byte> associated)
    {
        if (Rent() is not { } aes)
        {
            return false;
        }

        try
        {
            aes.Decrypt(nonce, cipher, tag, plain, associated);
            return true;
        }
        finally
        {
            Return(aes);
        }
    }

    /// <summary>Forgets the key.</summary>
    public void Close()
    {
        lock (gate)
        {
            isClosed = true;
            CryptographicOperations.ZeroMemory(secret);
        }

        Clear();
    }

    private AesGcm? Rent()
    {
        if (isClosed)
        {
            return null;
        }

        var start = (uint)Environment.CurrentManagedThreadId;
        for (uint i = 0; i < (uint)idle.Length; i++)
        {
            if (Interlocked.Exchange(ref idle[(start + i) % (uint)idle.Length], null) is { } found)
            {
                return found;
            }
        }

        // Under the lock: a cipher made of bytes that are being set to zero would encrypt with a key that everybody knows.
        lock (gate)
        {
            return isClosed ? null : new AesGcm(secret, TagLength);
        }
    }

    private void Return(AesGcm aes)
    {
        var start = (uint)Environment.CurrentManagedThreadId;
        for (uint i = 0; i < (uint)idle.Length; i++)
        {
            if (Interlocked.CompareExchange(ref idle[(start + i) % (uint)idle.Length], aes, null) is null)
            {
                if (isClosed)
                {
                    Clear();
                }

                return;
            }
        }

        aes.Dispose();
    }

    private void Clear()
    {
        for (var i = 0; i < idle.Length; i++)
        {
            Interlocked.Exchange(ref idle[i], null)?.Dispose();
        }
    }
}
