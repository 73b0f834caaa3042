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
