using System.Text;
using Microsoft.Extensions.Configuration;
using Sira.Kernel.Configuration;
using Sira.Plugins.Loading.Publishers;
using Sira.Plugins.Loading.Signing;
using Sira.Plugins.Loading.Tests.Support;
using Sira.Plugins.Sources;

namespace Sira.Plugins.Loading.Tests.Publishers;

public sealed class PublisherConfigurationTests : IDisposable
{
    private const string Section = "Sira:Plugins:Publishers";

    private static readonly TestPublisher Acme = TestPublisher.Acme;
    private static readonly TestPublisher Other = TestPublisher.Other;
    private static readonly byte[] Package = TestPackage.Zip(("sira-plugin.json", Encoding.UTF8.GetBytes(TestPackage.Manifest("acme", "1.0.0"))));

    private readonly string folder = Directory.CreateTempSubdirectory("sira-publishers-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Judge_KnownKey_IsTrusted() =>
        Assert.Equal((PluginTrust.Trusted, "'Acme' signed it."), Load((":Acme:PublicKey", Acme.PublicKey)).Judge(SignedBy(Acme), "acme.search"));

    [Fact]
    public void Judge_UnknownKey_IsSignedAndSaysHowToTrustIt()
    {
        var (trust, reason) = Load((":Acme:PublicKey", Acme.PublicKey)).Judge(SignedBy(Other), "other");
        Assert.Equal(PluginTrust.Signed, trust);
        Assert.Equal($"It is signed with the key {Other.KeyId}, which the host does not know, by somebody who goes by the name 'Other'. If you trust them, put their public key into Sira:Plugins:Publishers:Other:PublicKey.", reason);
    }

    [Fact]
    public void Judge_NameOfATrustedPublisherWithAnotherKey_IsNotTrusted() =>
        Assert.Equal(PluginTrust.Signed, Load((":Acme:PublicKey", Acme.PublicKey)).Judge(SignedBy(TestPublisher.Create("Acme")), "acme").Trust);

    [Fact]
    public void Judge_UnsignedAndModified_StayWhatTheyAre()
    {
        var trusted = Load((":Acme:PublicKey", Acme.PublicKey));
        Assert.Equal(PluginTrust.Unsigned, trusted.Judge(PackageSignature.Of("test", Package), "acme").Trust);
        var modified = TestPublisher.Tamper(Acme.Sign(Package), static files => files.Add("evil", [1]));
        Assert.Equal((PluginTrust.Modified, "The file 'evil' was added."), trusted.Judge(PackageSignature.Of("test", modified), "acme"));
    }

    [Theory]
    [InlineData("acme.search", PluginTrust.Trusted)]
    [InlineData("ACME.Search", PluginTrust.Trusted)]
    [InlineData("partner", PluginTrust.Trusted)]
    [InlineData("acme", PluginTrust.Signed)]
    [InlineData("acmeevil", PluginTrust.Signed)]
    [InlineData("evil.acme.search", PluginTrust.Signed)]
    [InlineData("partner2", PluginTrust.Signed)]
    public void Judge_PublisherWithLimits_IsTrustedWithinThem(string id, PluginTrust expected)
    {
        var (trust, reason) = Load((":Acme:PublicKey", Acme.PublicKey), (":Acme:Plugins", "acme.*, partner")).Judge(SignedBy(Acme), id);
        Assert.Equal(expected, trust);
        Assert.True(trust == PluginTrust.Trusted || reason == "'Acme' signed it, and may sign acme.*, partner. Add the id to Sira:Plugins:Publishers:Acme:Plugins if that is meant.", reason);
    }

    [Fact]
    public void Judge_RevokedKey_IsUnsigned() => Assert.Equal(
        (PluginTrust.Unsigned, $"The key {Acme.KeyId} that signed it is revoked."),
        Load((":Acme:PublicKey", Acme.PublicKey), (":Acme:RevokedKeys:0", Acme.KeyId)).Judge(SignedBy(Acme), "acme"));

    [Fact]
    public void Judge_KeyRevokedWhereItIsNotNamed_IsUnsignedAllTheSame() =>
        Assert.Equal(PluginTrust.Unsigned, Load((":Acme:PublicKey", Acme.PublicKey), (":Nobody:RevokedKeys", Acme.KeyId)).Judge(SignedBy(Acme), "acme").Trust);

    [Fact]
    public void Judge_OldAndNewKey_BothAreTrusted()
    {
        var trusted = Load((":Acme:PublicKey", $"{Acme.PublicKey}\n{Other.PublicKey}"));
        Assert.Equal(PluginTrust.Trusted, trusted.Judge(SignedBy(Acme), "acme").Trust);
        Assert.Equal(PluginTrust.Trusted, trusted.Judge(SignedBy(Other), "acme").Trust);
    }

    [Fact]
    public void Judge_SignedByRevokedAndByGoodKey_IsTrusted()
    {
        var path = Path.Combine(folder, "a.nupkg");
        File.WriteAllBytes(path, Package);
        using var old = PluginSigner.FromPem(PluginKey.Create().PrivateKey);
        using var fresh = PluginSigner.FromPem(PluginKey.Create().PrivateKey);
        old.Sign(path, "Acme");
        var signature = fresh.AddTo(path);
        Assert.Equal(PluginTrust.Trusted, Load((":Acme:PublicKey", fresh.PublicKey), (":Acme:RevokedKeys", old.KeyId)).Judge(signature, "acme").Trust);
        Assert.Equal(PluginTrust.Signed, Load((":Acme:RevokedKeys", old.KeyId)).Judge(signature, "acme").Trust);
    }

    [Fact]
    public void Load_KeyFile_IsReadAnewEachTime()
    {
        var file = Path.Combine(folder, "acme.pem");
        File.WriteAllText(file, Acme.PublicKey);
        var publishers = Configure((":Acme:PublicKeyFile", file));
        var before = Load(publishers);
        Assert.Equal(PluginTrust.Trusted, before.Judge(SignedBy(Acme), "acme").Trust);
        File.WriteAllText(file, Other.PublicKey);
        var after = Load(publishers);
        Assert.Equal(PluginTrust.Signed, after.Judge(SignedBy(Acme), "acme").Trust);
        Assert.NotEqual(before.Fingerprint, after.Fingerprint);
        Assert.Equal(after.Fingerprint, Load(publishers).Fingerprint);
    }

    [Fact]
    public void Load_CodeAndFile_AreJoined()
    {
        var code = new PublisherRegistration("acme", options =>
        {
            options.PublicKey = Acme.PublicKey;
            options.Plugins.Add("code.*");
        });
        var trusted = Load(Configure([code], (":Acme:PublicKey", Other.PublicKey), (":Acme:Plugins", "file.*")));
        Assert.Equal(PluginTrust.Trusted, trusted.Judge(SignedBy(Acme), "file.x").Trust);
        Assert.Equal(PluginTrust.Trusted, trusted.Judge(SignedBy(Other), "file.x").Trust);
        Assert.Equal(PluginTrust.Signed, trusted.Judge(SignedBy(Acme), "code.x").Trust);
    }

    [Fact]
    public void Load_Mistakes_AreAllReportedAndNoSecretIsShown()
    {
        var secret = PluginKey.Create().PrivateKey;
        var errors = Mistakes(
            (":A:PublicKey", secret),
            (":B:PublicKey", "nonsense"),
            (":C:PublicKeyFile", Path.Combine(folder, "missing.pem")),
            (":D:Plugins", "acme*, *.acme, a b"),
            (":E:PublicKey", Acme.PublicKey),
            (":E:RevokedKeys", "ABCD"),
            (":F:PublicKey", Acme.PublicKey),
            (":G:PublicKey", Acme.PublicKey),
            (":H:PublicKeys", Acme.PublicKey));
        var text = string.Join("\n", errors);
        Assert.Contains("Publishers:A:PublicKey: is a private key, which belongs to whoever signs and never to a host.", text, StringComparison.Ordinal);
        Assert.DoesNotContain(secret[40..80], text, StringComparison.Ordinal);
        Assert.Contains("Publishers:B:PublicKey: is not a public key.", text, StringComparison.Ordinal);
        Assert.Contains("Publishers:C:PublicKeyFile: the file '", text, StringComparison.Ordinal);
        Assert.Contains("Publishers:D: has no key.", text, StringComparison.Ordinal);
        Assert.Contains("Publishers:D:Plugins: 'acme*' is neither", text, StringComparison.Ordinal);
        Assert.Contains("Publishers:D:Plugins: '*.acme' is neither", text, StringComparison.Ordinal);
        Assert.Contains("Publishers:D:Plugins: 'a b' is neither", text, StringComparison.Ordinal);
        Assert.Contains("Publishers:E:RevokedKeys: 'ABCD' is not the id of a key.", text, StringComparison.Ordinal);
        Assert.Contains($"Publishers:G: the key {Acme.KeyId} is F's already.", text, StringComparison.Ordinal);
        Assert.Contains("Publishers:H:PublicKeys: unknown key 'PublicKeys'. Did you mean 'PublicKey'?", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_MistakeInAReload_KeepsThePublishersThatWere()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new($"{Section}:Acme:PublicKey", Acme.PublicKey)]).Build();
        var publishers = new PublisherConfiguration([], new SiraConfigurationSection(configuration.GetSection("Sira")));
        var before = Load(publishers);
        configuration[$"{Section}:Acme:PublicKey"] = "a slip of the pen";
        var errors = new ConfigurationErrors();
        Assert.Same(before, publishers.Load(errors));
        Assert.Single(errors.Items);
    }

    private static PackageSignature SignedBy(TestPublisher publisher) =>
        PackageSignature.Of("test", publisher.Sign(Package));

    private static PublisherConfiguration Configure(params (string Key, string Value)[] settings) => Configure([], settings);

    private static PublisherConfiguration Configure(PublisherRegistration[] code, params (string Key, string Value)[] settings) =>
        new(code, new SiraConfigurationSection(new ConfigurationBuilder().AddInMemoryCollection(settings.Select(static setting => new KeyValuePair<string, string?>(Section + setting.Key, setting.Value))).Build().GetSection("Sira")));

    private static TrustedPublishers Load(params (string Key, string Value)[] settings) => Load(Configure(settings));

    private static TrustedPublishers Load(PublisherConfiguration publishers)
    {
        var errors = new ConfigurationErrors();
        var trusted = publishers.Load(errors);
        Assert.Empty(errors.Items);
        return trusted;
    }

    private static IReadOnlyList<ConfigurationError> Mistakes(params (string Key, string Value)[] settings)
    {
        var errors = new ConfigurationErrors();
        Configure(settings).Load(errors);
        return errors.Items;
    }
}
