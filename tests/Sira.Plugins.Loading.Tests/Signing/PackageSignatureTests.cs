using System.Text;
using Sira.Plugins.Loading.Signing;
using Sira.Plugins.Loading.Tests.Support;
using Sira.Plugins.Sources;

namespace Sira.Plugins.Loading.Tests.Signing;

public class PackageSignatureTests
{
    private const string Assembly = "lib/net10.0/acme.dll";

    // What packing leaves in a package, with content beside the code.
    private static readonly byte[] Unsigned = TestPackage.Zip(
        ("sira-plugin.json", Encoding.UTF8.GetBytes(TestPackage.Manifest("acme", "1.0.0"))),
        (Assembly, [1, 2, 3]),
        ("lib/net10.0/acme.extra.dll", []),
        ("runtimes/linux-x64/native/libacme.so", [4, 5, 6]),
        ("contentFiles/any/any/prompt.txt", "hello"u8.ToArray()),
        ("[Content_Types].xml", "<Types/>"u8.ToArray()),
        ("_rels/.rels", "<Relationships/>"u8.ToArray()),
        ("package/services/metadata/core-properties/1.psmdcp", "<coreProperties/>"u8.ToArray()),
        ("acme.nuspec", "<package/>"u8.ToArray()));

    private static readonly byte[] Signed = TestPublisher.Acme.Sign(Unsigned);

    [Fact]
    public void Read_NothingSigned_IsUnsigned()
    {
        var signature = Read(Unsigned);
        Assert.Equal((PluginTrust.Unsigned, null, null), (signature.Trust, signature.Reason, signature.Publisher));
    }

    [Fact]
    public void Read_AsSigned_NamesPublisherAndKey()
    {
        var signature = Read(Signed);
        Assert.Equal((PluginTrust.Signed, null, "Acme"), (signature.Trust, signature.Reason, signature.Publisher));
        Assert.Equal([TestPublisher.Acme.KeyId], signature.KeyIds);
    }

    [Fact]
    public void Read_SignedWithRsa_IsSigned()
    {
        var publisher = TestPublisher.CreateRsa("Contoso");
        Assert.Equal([publisher.KeyId], Read(publisher.Sign(Unsigned)).KeyIds);
    }

    [Fact]
    public void Read_ChangedInEachFile_NamesTheFile()
    {
        TestPublisher.Tamper(Unsigned, files =>
        {
            foreach (var name in files.Keys.ToList())
            {
                Assert.Equal($"The file '{name}' differs from what was signed.", Modified(changed => changed[name] = [.. changed[name], 0]));
                Assert.Equal($"The file '{name}' is missing.", Modified(changed => changed.Remove(name)));
            }
        });
    }

    [Theory]
    [InlineData("lib/net10.0/evil.dll")]
    [InlineData("lib/net9.0/acme.dll")]
    [InlineData("runtimes/linux-x64/native/evil.so")]
    [InlineData("_rels/evil.rels")]
    [InlineData("package/services/metadata/core-properties/evil.dll")]
    [InlineData("lib/net10.0/.signature.p7s")]
    [InlineData("lib/net10.0/sira-plugin.sig")]
    [InlineData("content/ünï code.txt")]
    public void Read_AddedFile_NamesTheFile(string name) => Assert.Equal($"The file '{name}' was added.", Modified(files => files.Add(name, [1])));

    [Fact]
    public void Read_EverythingAtOnce_NamesTheFirstOfEach()
    {
        var reason = Modified(files =>
        {
            files[Assembly] = [9];
            files["acme.nuspec"] = [9];
            files.Remove("_rels/.rels");
            files.Add("b", [1]);
            files.Add("a", [1]);
        });
        Assert.Equal("The file 'a' was added, and 1 more like it. The file '_rels/.rels' is missing. The file 'acme.nuspec' differs from what was signed, and 1 more like it.", reason);
    }

    [Fact]
    public void Read_ContentsExchanged_IsModified() => Assert.Equal(
        $"The file '{Assembly}' differs from what was signed, and 1 more like it.",
        Modified(files => (files[Assembly], files["runtimes/linux-x64/native/libacme.so"]) = (files["runtimes/linux-x64/native/libacme.so"], files[Assembly])));

    [Fact]
    public void Read_NameInAnotherCase_IsModified() => Assert.Equal(
        "The file 'lib/NET10.0/acme.dll' was added. The file 'lib/net10.0/acme.dll' is missing.",
        Modified(files =>
        {
            files.Remove(Assembly, out var content);
            files.Add("lib/NET10.0/acme.dll", content!);
        }));

    [Fact]
    public void Read_NuGetSignatureAdded_IsSigned() =>
        Assert.Equal(PluginTrust.Signed, Read(TestPublisher.Tamper(Signed, static files => files.Add(".signature.p7s", [1, 2, 3]))).Trust);

    [Fact]
    public void Read_SignatureOfAnotherPackage_IsModified()
    {
        var other = TestPublisher.Acme.Sign(TestPackage.Zip(("sira-plugin.json", Encoding.UTF8.GetBytes(TestPackage.Manifest("other", "1.0.0")))));
        byte[] stolen = [];
        TestPublisher.Tamper(other, files => stolen = files["sira-plugin.sig"]);
        Assert.Equal("The file '[Content_Types].xml' was added, and 7 more like it. The file 'sira-plugin.json' differs from what was signed.", Modified(files => files["sira-plugin.sig"] = stolen));
    }

    [Fact]
    public void Read_AnyByteOfTheSignatureChanged_IsNeverTakenForAnotherContent()
    {
        byte[] file = [];
        TestPublisher.Tamper(Signed, files => file = files["sira-plugin.sig"]);
        var random = new Random(20261122);
        var refused = 0;
        for (var i = 0; i < 400; i++)
        {
            var damaged = (byte[])file.Clone();
            var at = random.Next(file.Length);
            damaged[at] ^= (byte)(1 << random.Next(8));
            var signature = Read(TestPublisher.Tamper(Signed, files => files["sira-plugin.sig"] = damaged));
            if (signature.Trust == PluginTrust.Signed)
            {
                // The content still fits and so does the key: only white space can have changed.
                Assert.True(char.IsWhiteSpace((char)file[at]), $"byte {at}");
                Assert.Equal(("Acme", TestPublisher.Acme.KeyId), (signature.Publisher, signature.KeyIds.Single()));
            }
            else
            {
                refused++;
                Assert.NotNull(signature.Reason);
            }
        }

        Assert.True(refused > 300);
    }

    private static string Modified(Action<Dictionary<string, byte[]>> change)
    {
        var signature = Read(TestPublisher.Tamper(Signed, change));
        Assert.Equal(PluginTrust.Modified, signature.Trust);
        Assert.Empty(signature.KeyIds);
        return signature.Reason!;
    }

    private static PackageSignature Read(byte[] package) => PackageSignature.Of("test", package);
}
