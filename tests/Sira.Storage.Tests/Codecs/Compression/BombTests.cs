using System.Buffers.Binary;
using Sira.Storage.Codecs.Compression;
using Sira.Storage.Codecs.Encryption;
using Sira.Storage.Codecs.Format;
using Sira.Storage.Engines.Memory;
using Sira.Storage.Errors;
using Sira.Storage.Keys;

namespace Sira.Storage.Tests.Codecs.Compression;

/// <summary>Somebody who can write to the store gives small values that would become large ones.</summary>
public sealed class BombTests
{
    private static readonly StoreKey Key = new("notes", "a");

    [Theory]
    [InlineData(ValueCompression.Brotli)]
    [InlineData(ValueCompression.Zstd)]
    public async Task DeclaredLength_IsNeitherExceededNorBelieved(ValueCompression compression)
    {
        await using var inner = new MemoryEngine();
        await using var engine = CodecSetup.Create(compression, ValueEncryption.None, inner);
        const int Real = 8 * 1024 * 1024;
        await engine.Store.PutAsync(Key, new byte[Real]);
        var good = (await inner.Store.GetAsync(Key))!.Value.Value.ToArray();
        Assert.InRange(good.Length, 1, 2000);

        // Less, more, nothing, more than the engine takes, and more than there is memory.
        foreach (var declared in (uint[])[1, 1000, Real - 1, Real + 1, 0, 16 * 1024 * 1024 + 1, uint.MaxValue])
        {
            var bomb = (byte[])good.Clone();
            BinaryPrimitives.WriteUInt32LittleEndian(bomb.AsSpan(ValueHeader.PrefixLength), declared);
            new ValueHeader(compression, ValueEncryption.None, declared, 0, default, 0).WriteCheck(bomb);
            await inner.Store.PutAsync(Key, bomb);
            var before = GC.GetAllocatedBytesForCurrentThread();

            var reading = Record.Exception(() => engine.Store.GetAsync(Key).AsTask().GetAwaiter().GetResult());

            Assert.Equal(StorageErrorKind.Corrupt, Assert.IsType<StorageException>(reading).Kind);
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, Real + 1_000_000);
        }
    }
}
