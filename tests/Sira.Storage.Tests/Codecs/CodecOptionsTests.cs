using Sira.Kernel.Configuration;
using Sira.Storage.Codecs;
using Sira.Storage.Codecs.Compression;
using Sira.Storage.Codecs.Encryption;
using Sira.Storage.Engines.Memory;

namespace Sira.Storage.Tests.Codecs;

public sealed class CodecOptionsTests
{
    [Fact]
    public async Task Validate_NamesAllMistakes()
    {
        await using var inner = new MemoryEngine();
        var options = new CodecOptions
        {
            Compression = ValueCompression.Brotli,
            CompressionLevel = 12,
            MinimumLength = 0,
            Encryption = (ValueEncryption)7,
            Namespaces = new Dictionary<string, NamespaceCodecOptions>
            {
                ["Upper"] = new() { CompressionLevel = 11 },
                ["sira.keys"] = new() { CompressionLevel = 11, MinimumLength = 1, Encryption = ValueEncryption.None },
                ["zstd"] = new() { Compression = ValueCompression.Zstd, CompressionLevel = 20, MinimumLength = 1, Encryption = ValueEncryption.None },
                ["odd"] = new() { Compression = (ValueCompression)9, MinimumLength = 1, Encryption = ValueEncryption.None },
            },
            Subjects = [SubjectRule.FirstSegment("a"), SubjectRule.FirstSegment("a"), SubjectRule.FirstSegment("b") with { Scope = "" }, SubjectRule.FirstSegment("b c")],
            DataKeys = new() { CachedSubjects = 0, CacheDuration = TimeSpan.Zero, RotateAfterWrites = (1L << 31) + 1 },
        };

        var error = Assert.Throws<SiraConfigurationException>(() => new CodecEngine(inner, options));

        Assert.Equal(
            [
                "CompressionLevel", "MinimumLength", "Encryption", "Namespaces:Upper", "Namespaces:Upper:MinimumLength", "Namespaces:Upper:Encryption", "Namespaces:sira.keys", "Namespaces:zstd:CompressionLevel", "Namespaces:odd:Compression",
                "Subjects:1", "Subjects:2:Scope", "Subjects:3", "DataKeys:CachedSubjects", "DataKeys:CacheDuration", "DataKeys:RotateAfterWrites", "Encryption",
            ],
            error.Errors.Select(static one => one.Path["CodecOptions:".Length..]));
    }

    [Fact]
    public async Task Encryption_WithoutKeyRing_OrConditions_IsRefused()
    {
        await using var inner = new MemoryEngine();
        var options = new CodecOptions { Namespaces = new Dictionary<string, NamespaceCodecOptions> { ["notes"] = new() { Encryption = ValueEncryption.AesGcm } } };

        var noRing = Assert.Throws<SiraConfigurationException>(() => new CodecEngine(inner, options));
        var noConditions = Assert.Throws<SiraConfigurationException>(() => CodecSetup.Create(options, new WatchedEngine(inner) { Capabilities = inner.Capabilities with { Features = default } }));

        Assert.Contains("there is no key ring", noRing.Message, StringComparison.Ordinal);
        Assert.Contains("does not have Conditions", noConditions.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task EngineWithTinyValues_IsRefused()
    {
        await using var inner = new MemoryEngine();

        Assert.Throws<SiraConfigurationException>(() => new CodecEngine(new WatchedEngine(inner) { Capabilities = inner.Capabilities with { MaximumValueLength = 50 } }, new CodecOptions()));
    }
}
