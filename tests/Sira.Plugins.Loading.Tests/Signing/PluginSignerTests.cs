using System.Security.Cryptography;
using System.Text;
using Sira.Plugins.Loading.Signing;
using Sira.Plugins.Loading.Tests.Support;
using Sira.Plugins.Sources;

namespace Sira.Plugins.Loading.Tests.Signing;

public sealed class PluginSignerTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("sira-signer-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Sign_File_ReplacesTheOldSignatureAndLeavesNothingBehind()
    {
        var path = Package();
        using var first = PluginSigner.FromPem(PluginKey.Create().PrivateKey);
        using var second = PluginSigner.FromPem(PluginKey.Create().PrivateKey);
        Assert.Equal([first.KeyId], first.Sign(path, "First").KeyIds);
        var signature = second.Sign(path, "Second");
        Assert.Equal((PluginTrust.Signed, "Second"), (signature.Trust, signature.Publisher));
        Assert.Equal([second.KeyId], signature.KeyIds);
        Assert.Equal([second.KeyId], PackageSignature.Read(path).KeyIds);
        Assert.Equal([path], Directory.GetFiles(folder));
    }

    [Fact]
    public void AddTo_SecondKey_BothAreThere()
    {
        var path = Package();
        using var old = PluginSigner.FromPem(PluginKey.Create().PrivateKey);
        using var fresh = PluginSigner.FromPem(PluginKey.Create().PrivateKey);
        old.Sign(path, "Acme");
        Assert.Equal([old.KeyId, fresh.KeyId], fresh.AddTo(path).KeyIds);

        // Once more changes nothing, as a key signs once.
        Assert.Equal([old.KeyId, fresh.KeyId], fresh.AddTo(path).KeyIds);
    }

    [Fact]
    public void AddTo_WithoutASignatureThatHolds_Throws()
    {
        var path = Package();
        using var signer = PluginSigner.FromPem(PluginKey.Create().PrivateKey);
        Assert.Contains("has no signature that holds", Assert.Throws<PluginException>(() => signer.AddTo(path)).Message, StringComparison.Ordinal);

        signer.Sign(path, "Acme");
        File.WriteAllBytes(path, TestPublisher.Tamper(File.ReadAllBytes(path), static files => files.Add("evil.dll", [1])));
        Assert.Contains("has no signature that holds", Assert.Throws<PluginException>(() => signer.AddTo(path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AddTo_MoreThanAreRead_Throws()
    {
        var path = Package();
        TestPublisherKeys(SignatureLimits.Signatures, signer => _ = File.Exists(path) && PackageSignature.Read(path).Trust == PluginTrust.Signed ? signer.AddTo(path) : signer.Sign(path, "Acme"));
        using var last = PluginSigner.FromPem(PluginKey.Create().PrivateKey);
        var before = File.ReadAllBytes(path);
        Assert.Contains("has 8 signatures, and more are not read", Assert.Throws<PluginException>(() => last.AddTo(path)).Message, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllBytes(path));
    }

    [Fact]
    public void Sign_WhatNoHostWouldLoad_SaysWhyAndChangesNothing()
    {
        using var signer = PluginSigner.FromPem(PluginKey.Create().PrivateKey);
        Check(TestPackage.Zip(("a.txt", [1])), "has no sira-plugin.json and is no plugin");
        Check(TestPackage.Zip(("sira-plugin.json", "{}"u8.ToArray())), "No host would load the package");
        Check([1, 2, 3], "cannot be read");
        Check(TestPublisher.Tamper(Content(), static files => files.Add(".signature.p7s", [1])), "Sign the plugin first, and the package after it");
        Assert.Contains("cannot be read", Assert.Throws<PluginException>(() => signer.Sign(Path.Combine(folder, "missing.nupkg"), "Acme")).Message, StringComparison.Ordinal);

        void Check(byte[] content, string reason)
        {
            var path = Path.Combine(folder, "a.nupkg");
            File.WriteAllBytes(path, content);
            Assert.Contains(reason, Assert.Throws<PluginException>(() => signer.Sign(path, "Acme")).Message, StringComparison.Ordinal);
            Assert.Equal(content, File.ReadAllBytes(path));
        }
    }

    [Fact]
    public void Sign_NameThatIsNotSeen_Throws()
    {
        using var signer = PluginSigner.FromPem(PluginKey.Create().PrivateKey);
        foreach (var name in (string[])["", " ", "a\n", "a\u200b", new string('a', 101)])
        {
            Assert.Throws<ArgumentException>(() => signer.Sign(Package(), name));
        }
    }

    [Fact]
    public void Sign_StreamThatCannotBeWritten_Throws()
    {
        using var signer = PluginSigner.FromPem(PluginKey.Create().PrivateKey);
        using var stream = new MemoryStream(Content(), writable: false);
        Assert.Contains("Copy it into a MemoryStream", Assert.Throws<ArgumentException>(() => signer.Sign(stream, "Acme")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void FromPem_Encrypted_NeedsThePassword()
    {
        var (secret, publicKey) = PluginKey.Create("correct horse");
        using var signer = PluginSigner.FromPem(secret, "correct horse");
        Assert.Equal(PluginKey.IdOf(publicKey), signer.KeyId);
        Assert.Equal(publicKey.Trim(), signer.PublicKey.Trim());
        var exception = Assert.Throws<ArgumentException>(() => PluginSigner.FromPem(secret, "wrong"));
        Assert.Contains("the password is wrong", exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(secret[40..60], exception.ToString(), StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => PluginSigner.FromPem(secret));
        Assert.Throws<ArgumentException>(() => PluginSigner.FromPem(publicKey));
    }

    [Fact]
    public void IdOf_PublicKey_IsTheHashOfItsDer()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(key.ExportSubjectPublicKeyInfo())), PluginKey.IdOf(key.ExportSubjectPublicKeyInfoPem()));
        Assert.Throws<ArgumentException>(() => PluginKey.IdOf("nonsense"));
        Assert.Throws<ArgumentException>(() => PluginKey.IdOf(key.ExportSubjectPublicKeyInfoPem() + "\n" + TestPublisher.Acme.PublicKey));
        Assert.Contains("is a private key", Assert.Throws<ArgumentException>(() => PluginKey.IdOf(key.ExportPkcs8PrivateKeyPem())).Message, StringComparison.Ordinal);
    }

    private static void TestPublisherKeys(int count, Action<PluginSigner> use)
    {
        for (var i = 0; i < count; i++)
        {
            using var signer = PluginSigner.FromPem(PluginKey.Create().PrivateKey);
            use(signer);
        }
    }

    private static byte[] Content() => TestPackage.Zip(("sira-plugin.json", Encoding.UTF8.GetBytes(TestPackage.Manifest("acme", "1.0.0"))), ("lib/net10.0/acme.dll", [1]));

    private string Package()
    {
        var path = Path.Combine(folder, "acme.nupkg");
        File.WriteAllBytes(path, Content());
        return path;
    }
}
