using System.IO.Compression;
using System.Security.Cryptography;
using Sira.Plugins.Loading.Signing;

namespace Sira.Plugins.Loading.Tests.Support;

/// <summary>A publisher with a key of its own.</summary>
internal sealed class TestPublisher
{
    private readonly PluginSigner signer;

    private TestPublisher(string name, string privateKey)
    {
        (Name, signer) = (name, PluginSigner.FromPem(privateKey));
    }

    public static TestPublisher Acme { get; } = Create("Acme");

    public static TestPublisher Other { get; } = Create("Other");

    public string Name { get; }

    public string KeyId => signer.KeyId;

    public string PublicKey => signer.PublicKey;

    public static TestPublisher Create(string name) => new(name, PluginKey.Create().PrivateKey);

    public static TestPublisher CreateRsa(string name, int bits = 3072)
    {
        using var key = RSA.Create(bits);
        return new(name, key.ExportPkcs8PrivateKeyPem());
    }

    /// <summary>Signs a package.</summary>
    public byte[] Sign(byte[] package)
    {
        using var stream = new MemoryStream();
        stream.Write(package);
        signer.Sign(stream, Name);
        return stream.ToArray();
    }

    /// <summary>Changes the files of a package, as somebody would who is not its publisher.</summary>
    public static byte[] Tamper(byte[] package, Action<Dictionary<string, byte[]>> change)
    {
        var files = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        using (var archive = new ZipArchive(new MemoryStream(package)))
        {
            foreach (var entry in archive.Entries)
            {
                using var content = new MemoryStream();
                using var stream = entry.Open();
                stream.CopyTo(content);
                files.Add(entry.FullName, content.ToArray());
            }
        }

        change(files);
        return TestPackage.Zip([.. files.Select(static file => (file.Key, file.Value))]);
    }
}
