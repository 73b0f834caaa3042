using Sira.Storage.Codecs;
using Sira.Storage.Codecs.Compression;
using Sira.Storage.Codecs.Encryption;
using Sira.Storage.Codecs.Format;
using Sira.Storage.Engines.Memory;
using Sira.Storage.Errors;
using Sira.Storage.Keys;

namespace Sira.Storage.Tests.Codecs.Compression;

/// <summary>Hosts without libzstd.</summary>
public sealed class ZstdAbsentTests
{
    private static readonly CodecOptions Zstd = CodecSetup.Options(ValueCompression.Zstd, ValueEncryption.None);
    private static readonly StoreKey Key = new("notes", "a");

    [Fact]
    public async Task OpenAsync_SaysWhatToInstall_AndSoDoesTheFirstWrite()
    {
        await using var inner = new MemoryEngine();
        await using var engine = Without(Zstd, inner);

        foreach (var call in (Func<Task>[])[async () => await engine.OpenAsync(), async () => await engine.Store.PutAsync(Key, Texts.Compressible(100)), async () => await engine.Dictionaries.TrainAsync("notes", [])])
        {
            var error = await Assert.ThrowsAsync<StorageException>(call);
            Assert.Equal(StorageErrorKind.Incompatible, error.Kind);
            Assert.Contains("apt-get install libzstd1", error.Message, StringComparison.Ordinal);
        }

        Assert.Null(await inner.Store.GetAsync(Key));
    }

    [Fact]
    public async Task OpenAsync_ZstdInOneNamespaceOnly_SaysSoToo()
    {
        var options = new CodecOptions { Namespaces = new Dictionary<string, NamespaceCodecOptions> { ["notes"] = new() { Compression = ValueCompression.Zstd } } };
        await using var engine = Without(options, new MemoryEngine());

        await Assert.ThrowsAsync<StorageException>(async () => await engine.OpenAsync());
    }

    [Fact]
    public async Task FallBackToBrotli_UsesBrotli_AndTheHeaderSaysSo()
    {
        await using var inner = new MemoryEngine();
        await using var engine = Without(Zstd with { FallBackToBrotli = true, CompressionLevel = 19 }, inner);
        await engine.OpenAsync();

        await engine.Store.PutAsync(Key, Texts.Compressible(100));

        ValueHeader.Read((await inner.Store.GetAsync(Key))!.Value.Value.Span, out var header);
        Assert.Equal(ValueCompression.Brotli, header.Compression);
        Assert.Equal(Texts.Compressible(100), (await engine.Store.GetAsync(Key))!.Value.Value.ToArray());
    }

    [Fact]
    public async Task WhatZstdHasCompressed_CannotBeRead_AndThatIsSaid()
    {
        await using var inner = new MemoryEngine();
        await using var with = CodecSetup.Create(Zstd, new Undisposed(inner));
        await with.Store.PutAsync(Key, Texts.Compressible(100));
        await with.Dictionaries.TrainAsync("notes", [.. Enumerable.Range(0, 500).Select(static number => (ReadOnlyMemory<byte>)Texts.Message(number))], 4096);
        await with.Store.PutAsync(Key with { Name = "b" }, Texts.Message(1));
        await using var engine = Without(Zstd with { FallBackToBrotli = true }, new Undisposed(inner));

        foreach (var name in (string[])["a", "b"])
        {
            var error = await Assert.ThrowsAsync<StorageException>(async () => await engine.Store.GetAsync(Key with { Name = name }));
            Assert.Equal(StorageErrorKind.Incompatible, error.Kind);
            Assert.Contains("apt-get install libzstd1", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void TryLoad_TriesTheNamesThatSystemsGiveIt()
    {
        var tried = new List<string>();

        Assert.Null(ZstdLibrary.TryLoad(name =>
        {
            tried.Add(name);
            return 0;
        }));

        Assert.Contains("libzstd.so.1", tried);
        Assert.Contains("libzstd.1.dylib", tried);
        Assert.Contains("libzstd.dll", tried);
    }

    private static CodecEngine Without(CodecOptions options, IStorageEngine inner) => new(inner, options, keys: null, time: null, random: null, loggers: null, library: null);
}
