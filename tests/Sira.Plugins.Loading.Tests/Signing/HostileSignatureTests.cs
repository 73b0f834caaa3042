using System.Security.Cryptography;
using System.Text;
using Sira.Plugins.Loading.Signing;
using Sira.Plugins.Loading.Tests.Support;
using Sira.Plugins.Sources;

namespace Sira.Plugins.Loading.Tests.Signing;

public class HostileSignatureTests
{
    private static readonly ECDsa Key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{ \"payloadType\": 1 }")]
    [InlineData("{ \"payloadType\": \"x\", \"payload\": \"\", \"signatures\": [] }")]
    [InlineData("{ \"payloadType\": \"x\", \"payload\": \"*\", \"signatures\": [{}] }")]
    [InlineData("{ \"payloadType\": \"x\", \"payload\": \"\", \"signatures\": [1] }")]
    [InlineData("{ \"payloadType\": \"\\ud800\", \"payload\": \"\", \"signatures\": [{ \"publicKey\": \"\", \"sig\": \"\" }] }")]
    [InlineData("{ \"payloadType\": \"x\", \"payloadType\": \"y\" }")]
    [InlineData("[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]")]
    public void Read_NoSignature_IsModified(string json)
    {
        var signature = Read(Encoding.UTF8.GetBytes(json));
        Assert.Equal(PluginTrust.Modified, signature.Trust);
        Assert.StartsWith("Its sira-plugin.sig was changed or damaged: ", signature.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_TooManySignatures_IsModified() => Assert.Equal(PluginTrust.Modified, Read(new SignatureEnvelope("x", [], [.. Enumerable.Repeat(((byte[])[1], (byte[])[2]), 9)])).Trust);

    [Fact]
    public void Read_TooLong_IsModified()
    {
        var signature = Read(new byte[SignatureLimits.Bytes + 1]);
        Assert.Equal((PluginTrust.Modified, "Its sira-plugin.sig was changed or damaged: it has more than 8388608 bytes."), (signature.Trust, signature.Reason));
    }

    [Fact]
    public void Read_FormatOfTheFuture_IsUnsigned()
    {
        var signature = Read(Sign("{}", "application/vnd.sira.plugin-content.v2+json"));
        Assert.Equal(PluginTrust.Unsigned, signature.Trust);
        Assert.Contains("a format that this version of Sira does not know", signature.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_TypeChangedAfterSigning_IsNotTaken()
    {
        var envelope = Sign("{}", "application/vnd.sira.plugin-content.v2+json") with { PayloadType = SignatureEnvelope.ContentType };
        Assert.Contains("is not one of the key", Read(envelope).Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{ \"publisher\": \"Acme\" }")]
    [InlineData("{ \"publisher\": \" \", \"sha256\": {} }")]
    [InlineData("{ \"publisher\": \"Ac\\u202eme\", \"sha256\": {} }")]
    [InlineData("{ \"publisher\": \"Acme\", \"sha256\": { \"a\": 1 } }")]
    [InlineData("{ \"publisher\": \"Acme\", \"sha256\": { \"a\": \"ff\" } }")]
    [InlineData("{ \"publisher\": \"Acme\", \"sha256\": [] }")]
    [InlineData("{ \"publisher\": \"Acme\", \"sha256\": {}, \"more\": 1 }")]
    [InlineData("{ \"publisher\": \"Acme\", \"sha256\": {}, \"sha256\": {} }")]
    [InlineData("{ \"publisher\": \"Acme\", \"sha256\": { \"\\ud800\": \"\" } }")]
    public void Read_SignedNonsense_IsModified(string payload)
    {
        var signature = Read(Sign(payload));
        Assert.Equal(PluginTrust.Modified, signature.Trust);
        Assert.StartsWith("Its sira-plugin.sig was changed or damaged: ", signature.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("../../../../etc/passwd")]
    [InlineData("/etc/passwd")]
    [InlineData("file:///etc/passwd")]
    public void Read_PathOutsideInTheList_IsOnlyAName(string path)
    {
        var signature = Read(Sign($$"""{ "publisher": "Acme", "sha256": { "{{path}}": "{{new string('0', 64)}}" } }"""));
        Assert.Equal((PluginTrust.Modified, $"The file 'sira-plugin.json' was added. The file '{path}' is missing."), (signature.Trust, signature.Reason));
    }

    [Fact]
    public void Read_WeakKeys_AreUnsigned()
    {
        using var rsa = RSA.Create(2048);
        Assert.Equal("The key in its sira-plugin.sig has 2048 bits, and RSA needs 3072.", Weak(rsa));
        using var curve = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        Assert.Equal("The key in its sira-plugin.sig is not on the curve P-256.", Weak(curve));
    }

    [Fact]
    public void Read_KeyInAnotherEncoding_IsNotTaken()
    {
        // The outer length in the long form, which BER allows and DER does not: the same key under another id.
        var der = Key.ExportSubjectPublicKeyInfo();
        byte[] ber = [der[0], 0x81, .. der[1..]];
        var envelope = Sign("{}");
        var signature = Read(envelope with { Signatures = [(ber, envelope.Signatures[0].Signature)] });
        Assert.Equal(PluginTrust.Unsigned, signature.Trust);
        Assert.StartsWith("The key in its sira-plugin.sig is not", signature.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Encode_ExampleOfTheSpecification_IsItsResult() =>
        Assert.Equal("DSSEv1 29 http://example.com/HelloWorld 11 hello world"u8.ToArray(), SignatureEnvelope.Encode("http://example.com/HelloWorld", "hello world"u8));

    private static string Weak(AsymmetricAlgorithm key)
    {
        var payload = "{}"u8.ToArray();
        var signature = Read(new SignatureEnvelope(SignatureEnvelope.ContentType, payload, [(key.ExportSubjectPublicKeyInfo(), PublicKey.Sign(key, SignatureEnvelope.Encode(SignatureEnvelope.ContentType, payload)))]));
        Assert.Equal(PluginTrust.Unsigned, signature.Trust);
        Assert.Throws<ArgumentException>(() => new PluginSigner(key));
        return signature.Reason!;
    }

    private static SignatureEnvelope Sign(string payload, string type = SignatureEnvelope.ContentType)
    {
        var bytes = Encoding.UTF8.GetBytes(payload);
        return new SignatureEnvelope(type, bytes, [(Key.ExportSubjectPublicKeyInfo(), PublicKey.Sign(Key, SignatureEnvelope.Encode(type, bytes)))]);
    }

    private static PackageSignature Read(SignatureEnvelope envelope) => Read(envelope.ToBytes());

    private static PackageSignature Read(byte[] signature) => PackageSignature.Of("test", TestPackage.Zip(("sira-plugin.json", "{}"u8.ToArray()), ("sira-plugin.sig", signature)));
}
