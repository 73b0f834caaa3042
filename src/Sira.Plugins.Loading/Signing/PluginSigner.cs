using System.IO.Compression;
using System.Security.Cryptography;
using Sira.Kernel.Configuration;
using Sira.Plugins.Loading.Packages;
using Sira.Plugins.Manifests;

namespace Sira.Plugins.Loading.Signing;

/// <summary>Signs packages of plugins. The key may be in memory, or in a store that gives out an <see cref="ECDsa"/> or <see cref="RSA"/> and keeps the key.</summary>
/// <remarks>Sign after packing and before anything that signs the file as a whole, such as <c>dotnet nuget sign</c>.</remarks>
public sealed class PluginSigner : IDisposable
{
    private readonly AsymmetricAlgorithm key;
    private readonly PublicKey publicKey;
    private readonly bool owned;

    /// <summary>Initializes a new instance.</summary>
    /// <param name="key">ECDSA on the curve P-256, or RSA with 3072 to 8192 bits. It stays the caller's.</param>
    /// <exception cref="ArgumentException">The key is of another kind.</exception>
    public PluginSigner(AsymmetricAlgorithm key)
        : this(key, owned: false)
    {
    }

    private PluginSigner(AsymmetricAlgorithm key, bool owned)
    {
        ArgumentNullException.ThrowIfNull(key);
        (this.key, this.owned, publicKey) = (key, owned, Signing.PublicKey.Of(key));
    }

    /// <summary>Gets the id of the key, as <see cref="PluginKey.IdOf"/> gives it.</summary>
    public string KeyId => publicKey.Id;

    /// <summary>Gets the public key as PEM, for the hosts that are to trust it.</summary>
    public string PublicKey => PemEncoding.WriteString(PublicKeyPem.Label, publicKey.Content);

    /// <summary>Makes a signer of a private key.</summary>
    /// <param name="privateKeyPem">The private key as PEM.</param>
    /// <param name="password">The password, where it is encrypted.</param>
    /// <returns>The signer.</returns>
    /// <exception cref="ArgumentException">It is no private key, the password is wrong, or the key is of another kind. The message does not quote it.</exception>
    public static PluginSigner FromPem(string privateKeyPem, ReadOnlySpan<char> password = default)
    {
        ArgumentNullException.ThrowIfNull(privateKeyPem);
        var isPrivate = privateKeyPem.Contains("PRIVATE KEY-----", StringComparison.Ordinal);
        var key = (isPrivate ? Import(ECDsa.Create(), privateKeyPem, password) ?? Import(RSA.Create(), privateKeyPem, password) : null)
            ?? throw new ArgumentException("The text is no private key for ECDSA or RSA, or the password is wrong. Write PEM that begins with -----BEGIN PRIVATE KEY----- or -----BEGIN ENCRYPTED PRIVATE KEY-----.", nameof(privateKeyPem));
        try
        {
            return new PluginSigner(key, owned: true);
        }
        catch
        {
            key.Dispose();
            throw;
        }
    }

    /// <summary>Signs a package, in place of whoever signed it before. The file is replaced as a whole, so nobody sees half of it.</summary>
    /// <param name="path">The package.</param>
    /// <param name="publisher">The publisher's name.</param>
    /// <returns>The signature, read back.</returns>
    /// <exception cref="ArgumentException">The name is blank, too long or holds what is not seen.</exception>
    /// <exception cref="PluginException">The file cannot be read or written, is no package of a plugin, has mistakes in its manifest, or was signed as a whole.</exception>
    public PackageSignature Sign(string path, string publisher)
    {
        CheckPublisher(publisher);
        return Replace(path, package => Content(package, publisher));
    }

    /// <summary>Signs a package, in place of whoever signed it before.</summary>
    /// <param name="package">The package: read from its beginning, and written over once it is signed.</param>
    /// <param name="publisher">The publisher's name.</param>
    /// <returns>The signature, read back.</returns>
    /// <exception cref="ArgumentException">The name is blank, too long or holds what is not seen; or the stream cannot be read, written and sought.</exception>
    /// <exception cref="PluginException">It is no package of a plugin, has mistakes in its manifest, or was signed as a whole; the stream is as it was.</exception>
    public PackageSignature Sign(Stream package, string publisher)
    {
        ArgumentNullException.ThrowIfNull(package);
        CheckPublisher(publisher);
        if (!package.CanRead || !package.CanWrite || !package.CanSeek)
        {
            throw new ArgumentException("The stream cannot be read, written and sought. Copy it into a MemoryStream.", nameof(package));
        }

        package.Position = 0;
        using var content = new MemoryStream();
        package.CopyTo(content);
        var signed = Write("stream", content.ToArray(), read => Content(read, publisher));
        package.Position = 0;
        package.Write(signed);
        package.SetLength(signed.Length);
        return PackageSignature.Of("stream", signed);
    }

    /// <summary>Adds a signature of this key to those that a package has, for hosts that know the one key and hosts that know the other.</summary>
    /// <param name="path">The package, signed and not changed since.</param>
    /// <returns>The signatures, read back.</returns>
    /// <exception cref="PluginException">The file cannot be read or written, is not signed, was changed since, has as many signatures as it may, or was signed as a whole.</exception>
    public PackageSignature AddTo(string path) => Replace(path, static package =>
        PackageSignature.Of(package) is { Trust: Sources.PluginTrust.Signed }
            ? SignatureEnvelope.Parse(package.ReadFile(SignatureEnvelope.FileName))
            : throw new PluginException(package.Path, $"The package '{package.Path}' has no signature that holds. Sign it anew."));

    /// <summary>Lets go of the key, if <see cref="FromPem"/> made it.</summary>
    public void Dispose()
    {
        if (owned)
        {
            key.Dispose();
        }
    }

    private static AsymmetricAlgorithm? Import(AsymmetricAlgorithm algorithm, string pem, ReadOnlySpan<char> password)
    {
        try
        {
            if (password.IsEmpty)
            {
                algorithm.ImportFromPem(pem);
            }
            else
            {
                algorithm.ImportFromEncryptedPem(pem, password);
            }

            return algorithm;
        }
        catch (Exception exception) when (exception is CryptographicException or ArgumentException)
        {
            algorithm.Dispose();
            return null;
        }
    }

    private static void CheckPublisher(string publisher)
    {
        if (!SignedContent.IsPublisher(publisher))
        {
            throw new ArgumentException($"'{publisher}' cannot be a publisher's name. Use 1 to {SignatureLimits.Publisher} visible characters.", nameof(publisher));
        }
    }

    private static SignatureEnvelope Content(PluginPackage package, string publisher) =>
        new(SignatureEnvelope.ContentType, new SignedContent(publisher, PackageContent.Hash(package)).ToBytes(), []);

    private PackageSignature Replace(string path, Func<PluginPackage, SignatureEnvelope> prepare)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        var signed = Write(path, PluginPackage.Read(path), prepare);
        var temporary = $"{path}.{Path.GetRandomFileName()}";
        try
        {
            File.WriteAllBytes(temporary, signed);
            File.Move(temporary, path, overwrite: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            File.Delete(temporary);
            throw new PluginException(path, $"The package '{path}' cannot be written: {exception.Message}", exception);
        }

        return PackageSignature.Of(path, signed);
    }

    private byte[] Write(string name, byte[] content, Func<PluginPackage, SignatureEnvelope> prepare)
    {
        SignatureEnvelope envelope;
        using (var package = PluginPackage.Open(name, content))
        {
            Check(package);
            envelope = prepare(package);
        }

        List<(byte[] PublicKey, byte[] Signature)> signatures =
        [
            .. envelope.Signatures.Where(signature => !publicKey.Content.SequenceEqual(signature.PublicKey)),
            (publicKey.Content.ToArray(), Signing.PublicKey.Sign(key, SignatureEnvelope.Encode(envelope.PayloadType, envelope.Payload))),
        ];
        return signatures.Count <= SignatureLimits.Signatures
            ? With(content, (envelope with { Signatures = signatures }).ToBytes())
            : throw new PluginException(name, $"The package '{name}' has {SignatureLimits.Signatures} signatures, and more are not read. Sign it anew.");
    }

    private static void Check(PluginPackage package)
    {
        if (package.Files.Contains(PackageContent.NuGetSignature, StringComparer.OrdinalIgnoreCase))
        {
            throw new PluginException(package.Path, $"The package '{package.Path}' is signed as a whole by NuGet, and would not be any more. Sign the plugin first, and the package after it.");
        }

        var manifest = package.ReadManifest()
            ?? throw new PluginException(package.Path, $"The package '{package.Path}' has no {PluginManifest.FileName} and is no plugin. Pack the manifest at its root.");
        var errors = new ConfigurationErrors();
        PluginManifestReader.Read(manifest, PluginManifest.FileName, errors);
        if (errors.Items.Count > 0)
        {
            throw new PluginException(package.Path, $"No host would load the package '{package.Path}': {string.Join(" ", errors.Items)}");
        }
    }

    // What is not touched is copied as it is compressed.
    private static byte[] With(byte[] content, byte[] signature)
    {
        using var stream = new MemoryStream();
        stream.Write(content);
        using (var archive = new ZipArchive(stream, ZipArchiveMode.Update, leaveOpen: true))
        {
            foreach (var old in archive.Entries.Where(static entry => string.Equals(Uri.UnescapeDataString(entry.FullName), SignatureEnvelope.FileName, StringComparison.OrdinalIgnoreCase)).ToList())
            {
                old.Delete();
            }

            using var entry = archive.CreateEntry(SignatureEnvelope.FileName).Open();
            entry.Write(signature);
        }

        return stream.ToArray();
    }
}
