using System.Security.Cryptography;

namespace Sira.Plugins.Loading.Signing;

/// <summary>The keys that plugins are signed with.</summary>
public static class PluginKey
{
    // OWASP's figure for PBKDF2 with HMAC-SHA256.
    private const int PasswordIterations = 600_000;

    /// <summary>Makes a key pair: ECDSA on the curve P-256.</summary>
    /// <param name="password">Encrypts the private key; empty leaves it as it is.</param>
    /// <returns>Both keys as PEM. The private one stays with whoever signs; the public one goes to the hosts.</returns>
    public static (string PrivateKey, string PublicKey) Create(ReadOnlySpan<char> password = default)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return (password.IsEmpty
            ? key.ExportPkcs8PrivateKeyPem()
            : key.ExportEncryptedPkcs8PrivateKeyPem(password, new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, PasswordIterations)), key.ExportSubjectPublicKeyInfoPem());
    }

    /// <summary>Returns the id of a public key, which names it where a signature or a revocation speaks of it: the SHA-256 of its SubjectPublicKeyInfo in DER, in lower-case hexadecimal digits.</summary>
    /// <param name="publicKeyPem">The public key as PEM.</param>
    /// <returns>The id.</returns>
    /// <exception cref="ArgumentException">It is not one public key of a kind that can sign plugins.</exception>
    public static string IdOf(string publicKeyPem)
    {
        ArgumentNullException.ThrowIfNull(publicKeyPem);
        return PublicKeyPem.Read(publicKeyPem, out var problem) switch
        {
            null => throw new ArgumentException($"The text {problem.Problem} {problem.Fix}", nameof(publicKeyPem)),
            [var key] => key.Id,
            var keys => throw new ArgumentException($"The text has {keys.Count} keys. Ask for one at a time.", nameof(publicKeyPem)),
        };
    }

    /// <summary>Returns whether a text is written as <see cref="IdOf"/> writes ids.</summary>
    internal static bool IsId(string text) => text.Length == 2 * SHA256.HashSizeInBytes && text.All(char.IsAsciiHexDigitLower);
}
