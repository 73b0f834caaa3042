using System.Security.Cryptography;
using System.Text;

namespace Sira.Kernel.Sealing;

/// <summary>A secret under a name. A key for encryption and one for signatures are derived from it, so that neither can stand for the other.</summary>
/// <remarks>Thread-safe. Derivation is HKDF with SHA-256 (RFC 5869). The secret is not kept and never shown.</remarks>
public sealed class SealingKey
{
    /// <summary>How many bytes a secret has at least.</summary>
    public const int MinimumSecretBytes = 32;

    internal const int MaximumIdBytes = 64;
    internal const int NonceBytes = 12;
    internal const int TagBytes = 16;
    internal const int SignatureBytes = 32;

    private readonly byte[] encryption;
    private readonly byte[] signing;

    // One cipher is kept for the next caller; it is not thread-safe, and creating one costs as much as encrypting a kibibyte.
    private AesGcm? idle;

    /// <summary>Initializes a new instance.</summary>
    /// <param name="id">The name that is written in clear beside what the key seals: 1 to 64 visible ASCII characters, such as <c>2026-11</c>.</param>
    /// <param name="secret">At least 32 random bytes; a password is not a secret in this sense.</param>
    /// <exception cref="ArgumentException">The id is not such a name, or the secret is too short.</exception>
    public SealingKey(string id, ReadOnlySpan<byte> secret)
    {
        ArgumentException.ThrowIfNullOrEmpty(id);
        if (id.Length > MaximumIdBytes || id.AsSpan().ContainsAnyExceptInRange('!', '~'))
        {
            throw new ArgumentException($"A key's id has 1 to {MaximumIdBytes} visible ASCII characters without spaces.", nameof(id));
        }

        if (secret.Length < MinimumSecretBytes)
        {
            throw new ArgumentException($"The secret of the key '{id}' has {secret.Length} bytes; use at least {MinimumSecretBytes} random ones.", nameof(secret));
        }

        Id = id;
        IdBytes = Encoding.ASCII.GetBytes(id);
        encryption = new byte[32];
        signing = new byte[32];
        HKDF.DeriveKey(HashAlgorithmName.SHA256, secret, encryption, [], "sira encryption 1"u8);
        HKDF.DeriveKey(HashAlgorithmName.SHA256, secret, signing, [], "sira signature 1"u8);
    }

    /// <summary>Gets the name.</summary>
    public string Id { get; }

    internal byte[] IdBytes { get; }

    /// <summary>Creates a key with a random secret, for data that need not outlive the process.</summary>
    /// <param name="id">The name.</param>
    /// <returns>The key.</returns>
    public static SealingKey CreateEphemeral(string id)
    {
        Span<byte> secret = stackalloc byte[MinimumSecretBytes];
        RandomNumberGenerator.Fill(secret);
        return new SealingKey(id, secret);
    }

    internal void Encrypt(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> plain, Span<byte> cipher, Span<byte> tag, ReadOnlySpan<byte> associated)
    {
        var aes = Rent();
        aes.Encrypt(nonce, plain, cipher, tag, associated);
        Return(aes);
    }

    internal bool TryDecrypt(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> cipher, ReadOnlySpan<byte> tag, Span<byte> plain, ReadOnlySpan<byte> associated)
    {
        var aes = Rent();
        try
        {
            aes.Decrypt(nonce, cipher, tag, plain, associated);
            return true;
        }
        catch (AuthenticationTagMismatchException)
        {
            return false;
        }
        finally
        {
            Return(aes);
        }
    }

    internal void Sign(ReadOnlySpan<byte> data, Span<byte> signature) => HMACSHA256.HashData(signing, data, signature);

    private AesGcm Rent() => Interlocked.Exchange(ref idle, null) ?? new AesGcm(encryption, TagBytes);

    private void Return(AesGcm aes)
    {
        if (Interlocked.CompareExchange(ref idle, aes, null) is not null)
        {
            aes.Dispose();
        }
    }
}
