using Sira.Storage.Codecs.Compression;
using Sira.Storage.Codecs.Encryption;
using Sira.Storage.Codecs.Format;
using Sira.Storage.Engines.Memory;
using Sira.Storage.Events;
using Sira.Storage.Keys;
using Sira.Storage.Writing;
using Sira.Testing.Telemetry;

namespace Sira.Storage.Tests.Codecs;

public sealed class RoundTripTests
{
    private static readonly StorePartition Partition = new("notes", "tenant");

    public static TheoryData<ValueCompression, ValueEncryption> Configurations => CodecSetup.All();

    [Theory]
    [MemberData(nameof(Configurations))]
    public async Task AnyBytes_ComeBack_ByEveryWay(ValueCompression compression, ValueEncryption encryption)
    {
        await using var engine = CodecSetup.Create(compression, encryption);
        var random = new Random(7);
        var model = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        var events = new List<byte[]>();
        for (var i = 0; i < 150; i++)
        {
            var (name, value) = ($"{random.Next(60):00}", Texts.Any(random));
            if (random.Next(3) == 0)
            {
                await engine.Store.WriteAsync(new StoreBatch().Put(Partition.Key(name), value).Append(Partition.Key("s"), ExpectedVersion.Any, [new EventData("a", value), new EventData("b", default)]));
                events.AddRange([value, []]);
            }
            else
            {
                await engine.Store.PutAsync(Partition.Key(name), value);
                await engine.Events!.AppendAsync(Partition.Key("s"), ExpectedVersion.Any, [new EventData("c", value)]);
                events.Add(value);
            }

            model[name] = value;
        }

        foreach (var (name, value) in model)
        {
            Assert.Equal(value, (await engine.Store.GetAsync(Partition.Key(name)))!.Value.Value.ToArray());
        }

        var page = await engine.Store.ScanAsync(new StoreScan(Partition));
        Assert.Equal(model.OrderBy(static pair => pair.Key, StringComparer.Ordinal).Select(static pair => pair.Value), page.Items.Select(static item => item.Entry.Value.ToArray()));
        Assert.Equal(events, (await engine.Events!.ReadAsync(Partition.Key("s"))).Events.Select(static item => item.Data.ToArray()));
        Assert.Equal(events, (await engine.Events.ReadAllAsync(Partition.Namespace)).Events.Select(static item => item.Data.ToArray()));
    }

    [Theory]
    [MemberData(nameof(Configurations))]
    public async Task PutAsync_CompressesOnlyWhatGetsSmaller_AndTheHeaderAndTheMetricSayWhat(ValueCompression compression, ValueEncryption encryption)
    {
        var name = $"memory {compression} {encryption}";
        using var metrics = new MetricCollector("sira.storage.engine", name);
        await using var inner = new MemoryEngine(new() { Name = name });
        await using var engine = CodecSetup.Create(compression, encryption, inner);
        await engine.Store.PutAsync(Partition.Key("text"), Texts.Compressible(1000));
        await engine.Store.PutAsync(Partition.Key("noise"), Texts.Noise(1000));
        await engine.Store.PutAsync(Partition.Key("short"), Texts.Compressible(15));

        var stored = new Dictionary<string, ValueHeader>();
        foreach (var item in (await inner.Store.ScanAsync(new StoreScan(Partition))).Items)
        {
            Assert.Equal(HeaderStatus.Valid, ValueHeader.Read(item.Entry.Value.Span, out var header));
            stored.Add(item.Name, header);
            Assert.InRange(item.Entry.Value.Length, 0, 1000 + ValueHeader.MaximumOverhead);
        }

        Assert.Equal((compression, ValueCompression.None, ValueCompression.None), (stored["text"].Compression, stored["noise"].Compression, stored["short"].Compression));
        Assert.All(stored.Values, header => Assert.Equal(encryption, header.Encryption));
        Assert.Equal([compression.ToString().ToLowerInvariant(), "none", "none"], metrics.Of("sira.storage.codec.values").Select(static one => one.Tags["sira.storage.compression"]));
        Assert.Equal(2015, metrics.Of("sira.storage.codec.plain").Sum(static one => one.Value));
    }

    [Fact]
    public async Task Capabilities_AreThoseOfTheEngine_ButForTheOverhead()
    {
        await using var inner = new MemoryEngine();
        await using var engine = CodecSetup.Create(ValueCompression.Brotli, ValueEncryption.AesGcm, inner);

        Assert.Equal(inner.Capabilities with { MaximumValueLength = inner.Capabilities.MaximumValueLength - ValueHeader.MaximumOverhead }, engine.Capabilities);
        Assert.Equal(inner.Name, engine.Name);
    }

    [Fact]
    public async Task Namespaces_AreEncodedAsTheyAreOverridden()
    {
        await using var inner = new MemoryEngine();
        await using var engine = CodecSetup.Create(
            CodecSetup.Options(ValueCompression.Brotli, ValueEncryption.None) with
            {
                Namespaces = new Dictionary<string, Storage.Codecs.NamespaceCodecOptions>
                {
                    ["secret"] = new() { Encryption = ValueEncryption.AesGcm },
                    ["plain"] = new() { Compression = ValueCompression.None },
                    ["long"] = new() { MinimumLength = 2000 },
                },
            },
            inner);
        foreach (var @namespace in (string[])["secret", "plain", "long", "other"])
        {
            await engine.Store.PutAsync(new StoreKey(@namespace, "a"), Texts.Compressible(1000));
        }

        Assert.Equal((ValueCompression.Brotli, ValueEncryption.AesGcm), await UsedAsync("secret"));
        Assert.Equal((ValueCompression.None, ValueEncryption.None), await UsedAsync("plain"));
        Assert.Equal((ValueCompression.None, ValueEncryption.None), await UsedAsync("long"));
        Assert.Equal((ValueCompression.Brotli, ValueEncryption.None), await UsedAsync("other"));

        async Task<(ValueCompression, ValueEncryption)> UsedAsync(string @namespace)
        {
            ValueHeader.Read((await inner.Store.GetAsync(new StoreKey(@namespace, "a")))!.Value.Value.Span, out var header);
            return (header.Compression, header.Encryption);
        }
    }
}
