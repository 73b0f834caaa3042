using Sira.Storage.Codecs.Compression;
using Sira.Storage.Codecs.Encryption;
using Sira.Storage.Engines.Memory;
using Sira.Storage.Events;
using Sira.Storage.Keys;
using Sira.Storage.Tests.Codecs.Encryption;
using Sira.Testing;

namespace Sira.Storage.Tests.Codecs.Samples;

/// <summary>What older versions have stored stays readable. A file is written once, when a version of the format comes, and never again.</summary>
public sealed class SampleTests
{
    private const string Folder = "tests/Sira.Storage.Tests/Codecs/Samples";

    private static readonly byte[] Text = Texts.Compressible(300);
    private static readonly byte[] Noise = Texts.Noise(100);
    private static readonly byte[] Message = Texts.Message(42);

    [Theory]
    [MemberData(nameof(CodecSetup.All), MemberType = typeof(CodecSetup))]
    public async Task Version1_IsStillRead(ValueCompression compression, ValueEncryption encryption)
    {
        await using var inner = new MemoryEngine();
        await LoadAsync(inner, "version-1.txt");
        await using var engine = CodecSetup.Create(compression, encryption, new Undisposed(inner));
        await engine.OpenAsync();

        foreach (var tenant in (string?[])[null, "tenant"])
        {
            Assert.Equal(Text, (await engine.Store.GetAsync(KeyOf(compression, encryption, tenant, "text")))!.Value.Value.ToArray());
            Assert.Equal(Noise, (await engine.Store.GetAsync(KeyOf(compression, encryption, tenant, "noise")))!.Value.Value.ToArray());
            Assert.Empty((await engine.Store.GetAsync(KeyOf(compression, encryption, tenant, "nothing")))!.Value.Value.ToArray());
            Assert.Equal(Text, Assert.Single((await engine.Events!.ReadAsync(KeyOf(compression, encryption, tenant, "stream"))).Events).Data.ToArray());
        }

        if (compression is ValueCompression.Zstd)
        {
            Assert.Equal(Message, (await engine.Store.GetAsync(KeyOf(compression, encryption, "tenant", "dictionary")))!.Value.Value.ToArray());
        }

        if (encryption is ValueEncryption.AesGcm)
        {
            await EraseTests.AssertErasedAsync(async () => await engine.Store.GetAsync(KeyOf(compression, encryption, "erased", "text")));
        }
    }

    [Fact(Explicit = true)]
    public async Task Write()
    {
        await using var inner = new MemoryEngine();
        foreach (var row in CodecSetup.All())
        {
            var (compression, encryption) = row.Data;
            await using var engine = CodecSetup.Create(compression, encryption, new Undisposed(inner));
            foreach (var tenant in (string?[])[null, "tenant", "erased"])
            {
                await engine.Store.PutAsync(KeyOf(compression, encryption, tenant, "text"), Text);
                await engine.Store.PutAsync(KeyOf(compression, encryption, tenant, "noise"), Noise);
                await engine.Store.PutAsync(KeyOf(compression, encryption, tenant, "nothing"), ReadOnlyMemory<byte>.Empty);
                await engine.Events!.AppendAsync(KeyOf(compression, encryption, tenant, "stream"), ExpectedVersion.Any, [new EventData("sample", Text)]);
            }

            if (compression is ValueCompression.Zstd)
            {
                await engine.Dictionaries.TrainAsync(KeyOf(compression, encryption, null, "").Namespace, [.. Enumerable.Range(100, 500).Select(static number => (ReadOnlyMemory<byte>)Texts.Message(number))], 1024);
                await engine.Store.PutAsync(KeyOf(compression, encryption, "tenant", "dictionary"), Message);
            }
        }

        await using (var erasing = CodecSetup.Create(ValueCompression.None, ValueEncryption.AesGcm, new Undisposed(inner)))
        {
            await erasing.Keys!.EraseAsync(new KeySubject("erased"));
        }

        var lines = new List<string>();
        await foreach (var partition in inner.ListPartitionsAsync())
        {
            foreach (var item in (await inner.Store.ScanAsync(new StoreScan(partition))).Items)
            {
                lines.Add($"value\t{partition.Namespace}\t{partition.Tenant}\t{item.Name}\t{Convert.ToBase64String(item.Entry.Value.Span)}");
            }

            foreach (var stored in (await inner.Events.ReadAsync(partition.Key("stream"))).Events)
            {
                lines.Add($"event\t{partition.Namespace}\t{partition.Tenant}\tstream\t{Convert.ToBase64String(stored.Data.Span)}");
            }
        }

        var file = Path.Combine(RepositoryRoot.Path, Folder, "version-1.txt");
        Assert.SkipWhen(File.Exists(file), "A sample is written once.");
        await File.WriteAllLinesAsync(file, lines);
    }

    private static async Task LoadAsync(MemoryEngine inner, string file)
    {
        foreach (var line in await File.ReadAllLinesAsync(Path.Combine(RepositoryRoot.Path, Folder, file)))
        {
            var parts = line.Split('\t');
            var (key, bytes) = (new StoreKey(parts[1], parts[3], parts[2].Length > 0 ? parts[2] : null), Convert.FromBase64String(parts[4]));
            if (parts[0] == "event")
            {
                await inner.Events.AppendAsync(key, ExpectedVersion.Any, [new EventData("sample", bytes)]);
            }
            else
            {
                await inner.Store.PutAsync(key, bytes);
            }
        }
    }

    private static StoreKey KeyOf(ValueCompression compression, ValueEncryption encryption, string? tenant, string name) => new($"{compression}-{encryption}".ToLowerInvariant(), name, tenant);
}
