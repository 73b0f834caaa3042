using System.Security.Cryptography;

namespace Sira.Plugins.Loading.Signing;

/// <summary>Reads public keys as PEM (RFC 7468): one block or several, one after the other, as a publisher has them who changes its key.</summary>
internal static class PublicKeyPem
{
    public const string Label = "PUBLIC KEY";

    private const string Fix = "Write the public key as PEM: a block that begins with -----BEGIN PUBLIC KEY-----, as SignPlugin or 'openssl pkey -pubout' writes it.";

    /// <summary>Reads the keys in a text.</summary>
    /// <param name="text">The text; what stands outside the blocks is ignored.</param>
    /// <param name="problem">What is wrong, and the fix; the text is never quoted, as it may be a secret.</param>
    /// <returns>The keys; <see langword="null"/> when one is wrong or there is none.</returns>
    public static IReadOnlyList<PublicKey>? Read(string text, out (string Problem, string Fix) problem)
    {
        problem = ("is not a public key.", Fix);
        var keys = new List<PublicKey>();
        var rest = text.AsSpan();
        while (PemEncoding.TryFind(rest, out var block))
        {
            var label = rest[block.Label];
            if (label.EndsWith("PRIVATE KEY", StringComparison.Ordinal))
            {
                problem = ("is a private key, which belongs to whoever signs and never to a host.", "Take it away from here, consider it known to others, and write the public key.");
                return null;
            }

            var content = new byte[block.DecodedDataLength];
            if (!label.SequenceEqual(Label) || !Convert.TryFromBase64Chars(rest[block.Base64Data], content, out _))
            {
                return null;
            }

            if (PublicKey.Read(content, out var wrong) is not { } key)
            {
                problem = (wrong, "Use ECDSA on the curve P-256, or RSA with 3072 to 8192 bits.");
                return null;
            }

            keys.Add(key);
            rest = rest[block.Location.End..];
        }

        return keys.Count > 0 ? keys : null;
    }
}
