namespace Sira.Plugins.Loading.Signing;

/// <summary>What a signature may measure at most. It comes with the package, so with a stranger's download; a real one stays far below.</summary>
internal static class SignatureLimits
{
    /// <summary>Bytes of the file: a package of <see cref="Packages.PackageLimits.Files"/> files with long names stays below.</summary>
    public const int Bytes = 8 * 1024 * 1024;

    /// <summary>Signatures in it: an old key, a new one, and those of a few reviewers.</summary>
    public const int Signatures = 8;

    /// <summary>Characters of a publisher's name.</summary>
    public const int Publisher = 100;

    /// <summary>Bytes of a public key: RSA with 8192 bits has 1062.</summary>
    public const int PublicKey = 1200;

    /// <summary>The least bits of an RSA modulus: NIST SP 800-57 Part 1, 128 bits of security.</summary>
    public const int LeastRsaBits = 3072;

    /// <summary>The most bits of an RSA modulus: beyond, verifying takes milliseconds.</summary>
    public const int MostRsaBits = 8192;
}
