using Sira.Storage.Codecs;
using Sira.Storage.Codecs.Compression;
using Sira.Storage.Codecs.Encryption;
using Sira.Storage.Codecs.Format;
using Sira.Storage.Engines.Memory;
using Sira.Storage.Errors;
using Sira.Storage.Keys;

namespace Sira.Storage.Tests.Codecs.Compression;

/// <summary>Dictionaries are versions: the latest compresses, all of them decompress.</summary>
public sealed class DictionaryTests
{
    private static readonly CodecOptions Zstd = CodecSetup.Options(ValueCompression.Zstd, ValueEncryption.None);
    private static readonly ReadOnlyMemory<byte>[] Samples = [.. Enumerable.Range(0, 2000).Select(static number => (ReadOnlyMemory<byte>)Texts.Message(number))];

    [Fact]
    public async Task TrainAsync_SmallValuesBecomeMuchSmaller_AndOldOnesAreStillRead()
    {
        await using var inner = new MemoryEngine();
        await using var engine = CodecSetup.Create(Zstd, inner);
        await engine.Store.PutAsync(KeyOf(3000), Texts.Message(3000));

        var first = await engine.Dictionaries.TrainAsync("notes", Samples[..1000], 8192);
        await engine.Store.PutAsync(KeyOf(3001), Texts.Message(3001));
        var second = await engine.Dictionaries.TrainAsync("notes", Samples, 8192);
        await engine.Store.PutAsync(KeyOf(3002), Texts.Message(3002));
        await engine.Store.PutAsync(new StoreKey("other", "a"), Texts.Message(3000));

        Assert.Equal([first, second], await engine.Dictionaries.ListAsync("notes"));
        Assert.Equal((1u, 2u), (first.Version, second.Version));
        var (without, with, again) = (await StoredAsync(inner, 3000), await StoredAsync(inner, 3001), await StoredAsync(inner, 3002));
        Assert.Equal((0u, 1u, 2u), (without.Header.Dictionary, with.Header.Dictionary, again.Header.Dictionary));
        Assert.InRange(with.Length, 1, without.Length / 2);
        Assert.Empty(await engine.Dictionaries.ListAsync("other"));
        await using var later = CodecSetup.Create(Zstd, new Undisposed(inner));
        foreach (var reader in (CodecEngine[])[engine, later])
        {
            for (var number = 3000; number < 3003; number++)
            {
                Assert.Equal(Texts.Message(number), (await reader.Store.GetAsync(KeyOf(number)))!.Value.Value.ToArray());
            }
        }
    }

    [Fact]
    public async Task TrainAsync_TwoProcessesAtOnce_MakeTwoVersions()
    {
        await using var inner = new MemoryEngine();
        await using var first = CodecSetup.Create(Zstd, new Undisposed(inner));
        await using var second = CodecSetup.Create(Zstd, new Undisposed(inner));

        var trained = await Task.WhenAll(
            Task.Run(async () => await first.Dictionaries.TrainAsync("notes", Samples[..500], 4096)),
            Task.Run(async () => await second.Dictionaries.TrainAsync("notes", Samples[500..], 4096)));

        Assert.Equal([1u, 2u], trained.Select(static dictionary => dictionary.Version).Order());
        await first.Store.PutAsync(KeyOf(1), Texts.Message(1));
        Assert.Equal(2u, (await StoredAsync(inner, 1)).Header.Dictionary);
        Assert.Equal(Texts.Message(1), (await second.Store.GetAsync(KeyOf(1)))!.Value.Value.ToArray());
    }

    [Fact]
    public async Task Encrypted_TheDictionaryIsToo_AndNoErasureOfATenantTakesIt()
    {
        await using var memory = new MemoryEngine();
        var inner = new WatchedEngine(memory);
        var options = Zstd with { Encryption = ValueEncryption.AesGcm };
        await using var engine = CodecSetup.Create(options, inner);

        await engine.Dictionaries.TrainAsync("notes", Samples, 8192);
        await engine.Store.PutAsync(KeyOf(1), Texts.Message(1));
        await engine.Keys!.EraseAsync(new KeySubject(null));

        Assert.False(inner.HasEverHeld("createdAt"));
        await using var later = CodecSetup.Create(options, new Undisposed(memory));
        await later.Store.PutAsync(KeyOf(1), Texts.Message(1));
        Assert.Equal(1u, (await StoredAsync(memory, 1)).Header.Dictionary);
        Assert.Equal(Texts.Message(1), (await later.Store.GetAsync(KeyOf(1)))!.Value.Value.ToArray());
    }

    [Fact]
    public async Task DictionaryGone_IsSaid()
    {
        await using var inner = new MemoryEngine();
        await using var engine = CodecSetup.Create(Zstd, inner);
        await engine.Dictionaries.TrainAsync("notes", Samples, 8192);
        await engine.Store.PutAsync(KeyOf(1), Texts.Message(1));
        await inner.Store.DeleteAsync(new StoreKey(CompressionDictionaries.Namespace, "notes/0000000001"));
        await using var later = CodecSetup.Create(Zstd, new Undisposed(inner));

        var error = await Assert.ThrowsAsync<StorageException>(async () => await later.Store.GetAsync(KeyOf(1)));

        Assert.Equal(StorageErrorKind.Corrupt, error.Kind);
        Assert.Contains("dictionary 1 of 'notes'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TrainAsync_TooFewSamples_SaysWhatToDo()
    {
        await using var engine = CodecSetup.Create(Zstd);

        foreach (var samples in (ReadOnlyMemory<byte>[][])[[], [Texts.Message(1)], [ReadOnlyMemory<byte>.Empty, ReadOnlyMemory<byte>.Empty]])
        {
            var error = await Assert.ThrowsAsync<ArgumentException>(async () => await engine.Dictionaries.TrainAsync("notes", samples));
            Assert.Contains("a hundred or more", error.Message, StringComparison.Ordinal);
        }

        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await engine.Dictionaries.TrainAsync("notes", Samples, 255));
        Assert.Empty(await engine.Dictionaries.ListAsync("notes"));
    }

    [Fact]
    public async Task ManyThreads_ShareContextsAndDictionaries()
    {
        await using var engine = CodecSetup.Create(Zstd);
        await engine.Dictionaries.TrainAsync("notes", Samples, 8192);

        await Task.WhenAll(Enumerable.Range(0, 8).Select(worker => Task.Run(async () =>
        {
            for (var i = 0; i < 300; i++)
            {
                await engine.Store.PutAsync(KeyOf(worker), Texts.Message(i));
                Assert.Equal(Texts.Message(i), (await engine.Store.GetAsync(KeyOf(worker)))!.Value.Value.ToArray());
            }
        })));
    }

    private static StoreKey KeyOf(int number) => new("notes", $"{number}");

    private static async Task<(ValueHeader Header, int Length)> StoredAsync(MemoryEngine inner, int number)
    {
        var stored = (await inner.Store.GetAsync(KeyOf(number)))!.Value.Value;
        Assert.Equal(HeaderStatus.Valid, ValueHeader.Read(stored.Span, out var header));
        return (header, stored.Length);
    }
}
