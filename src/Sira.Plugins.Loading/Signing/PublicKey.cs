using System.Security.Cryptography;

namespace Sira.Plugins.Loading.Signing;

/// <summary>A public key that signatures are verified with: ECDSA on P-256 with SHA-256, or RSA-PSS with SHA-256 and at least 3072 bits. The key says which, never the signature.</summary>
internal sealed class PublicKey
{
    private const string P256 = "1.2.840.10045.3.1.7";

    private readonly byte[] content;
    private readonly bool isElliptic;

    private PublicKey(byte[] content, bool isElliptic) => (this.content, this.isElliptic, Id) = (content, isElliptic, Convert.ToHexStringLower(SHA256.HashData(content)));

    /// <summary>Gets the SHA-256 of the key (its SubjectPublicKeyInfo in DER), in lower-case hexadecimal digits.</summary>
    public string Id { get; }

    /// <summary>Gets the SubjectPublicKeyInfo in DER.</summary>
    public ReadOnlySpan<byte> Content => content;

    /// <summary>Reads a key.</summary>
    /// <param name="content">The SubjectPublicKeyInfo in DER.</param>
    /// <param name="problem">Otherwise, what is wrong with it.</param>
    /// <returns>The key; <see langword="null"/> when it is none, or none that is strong enough.</returns>
    public static PublicKey? Read(ReadOnlySpan<byte> content, out string problem)
    {
        problem = "is not a public key.";
        if (content.Length > SignatureLimits.PublicKey)
        {
            return null;
        }

        using var algorithm = Import(ECDsa.Create(), content) ?? Import(RSA.Create(), content);
        return algorithm is null ? null : Of(algorithm, content, out problem);
    }

    /// <summary>Returns the public half of a key.</summary>
    /// <exception cref="ArgumentException">The key is too weak, or of another kind.</exception>
    public static PublicKey Of(AsymmetricAlgorithm algorithm) => Of(algorithm, default, out var problem) ?? throw new ArgumentException($"The key {problem}", nameof(algorithm));

    /// <summary>Signs.</summary>
    public static byte[] Sign(AsymmetricAlgorithm key, ReadOnlySpan<byte> data) => key switch
    {
        ECDsa ecdsa => ecdsa.SignData(data, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence),
        RSA rsa => rsa.SignData(data, HashAlgorithmName.SHA256, RSASignaturePadding.Pss),
        _ => throw new ArgumentException($"{key.GetType().Name} cannot sign packages.", nameof(key)),
    };

    /// <summary>Returns whether a signature over data was made with the private half of this key.</summary>
    public bool Verifies(ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature)
    {
        try
        {
            using AsymmetricAlgorithm algorithm = isElliptic ? ECDsa.Create() : RSA.Create();
            algorithm.ImportSubjectPublicKeyInfo(content, out _);
            return algorithm switch
            {
                ECDsa ecdsa => ecdsa.VerifyData(data, signature, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence),
                RSA rsa => rsa.VerifyData(data, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pss),
                _ => false,
            };
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    private static PublicKey? Of(AsymmetricAlgorithm algorithm, ReadOnlySpan<byte> given, out string problem)
    {
        problem = algorithm switch
        {
            ECDsa ecdsa when ecdsa.ExportParameters(includePrivateParameters: false).Curve is var curve => curve is { IsNamed: true, Oid.Value: P256 } ? string.Empty : "is not on the curve P-256.",
            RSA { KeySize: < SignatureLimits.LeastRsaBits } rsa => $"has {rsa.KeySize} bits, and RSA needs {SignatureLimits.LeastRsaBits}.",
            RSA { KeySize: > SignatureLimits.MostRsaBits } rsa => $"has {rsa.KeySize} bits, and at most {SignatureLimits.MostRsaBits} are taken.",

            // A long exponent makes verifying as slow as signing.
            RSA rsa => rsa.ExportParameters(includePrivateParameters: false).Exponent!.Length <= sizeof(int) ? string.Empty : "has an unusually long exponent.",
            _ => "is neither ECDSA nor RSA.",
        };
        if (problem.Length > 0)
        {
            return null;
        }

        // One key, one encoding: else one key could have many ids, and revoking one of them would not revoke it.
        var content = algorithm.ExportSubjectPublicKeyInfo();
        if (given.IsEmpty || given.SequenceEqual(content))
        {
            return new PublicKey(content, algorithm is ECDsa);
        }

        problem = "is not encoded as DER prescribes.";
        return null;
    }

    private static AsymmetricAlgorithm? Import(AsymmetricAlgorithm algorithm, ReadOnlySpan<byte> content)
    {
        try
        {
            algorithm.ImportSubjectPublicKeyInfo(content, out var read);
            if (read == content.Length)
            {
                return algorithm;
            }
        }
        catch (Exception exception) when (exception is CryptographicException or PlatformNotSupportedException)
        {
            // Of the other kind, on a curve that the system does not know, or none.
        }

        algorithm.Dispose();
        return null;
    }
}
