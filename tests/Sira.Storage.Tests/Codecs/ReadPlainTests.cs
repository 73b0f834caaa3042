using Sira.Storage.Codecs;
using Sira.Storage.Codecs.Compression;
using Sira.Storage.Codecs.Encryption;
using Sira.Storage.Engines.Memory;
using Sira.Storage.Errors;
using Sira.Storage.Keys;

namespace Sira.Storage.Tests.Codecs;

/// <summary>Stores that had values before they had a codec, or before they were encrypted.</summary>
public sealed class ReadPlainTests
{
    private static readonly StoreKey Key = new("notes", "a");

    [Theory]
    [MemberData(nameof(CodecSetup.All), MemberType = typeof(CodecSetup))]
    public async Task ValuesWithoutHeader_AreReadOnlyWhereItIsAllowed(ValueCompression compression, ValueEncryption encryption)
    {
        await using var inner = new MemoryEngine();
        var options = CodecSetup.Options(compression, encryption);
        await using var strict = CodecSetup.Create(options, inner);
        await using var lenient = CodecSetup.Create(options with { ReadPlain = true }, inner);
        byte[][] values = [[], [0xF5], [0xF5, 0x53], Texts.Bytes("{}"), Texts.Noise(1000), [0xF5, 0x53, 0x57, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]];
        foreach (var value in values)
        {
            await inner.Store.PutAsync(Key, value);

            var error = await Assert.ThrowsAsync<StorageException>(async () => await strict.Store.GetAsync(Key));
            Assert.Equal(value, (await lenient.Store.GetAsync(Key))!.Value.Value.ToArray());

            Assert.Equal(StorageErrorKind.Corrupt, error.Kind);
            Assert.Contains(nameof(CodecOptions.ReadPlain), error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task UnencryptedValues_InAnEncryptedNamespace_AreReadOnlyWhereItIsAllowed()
    {
        await using var inner = new MemoryEngine();
        await using (var before = new CodecEngine(new Undisposed(inner), CodecSetup.Options(ValueCompression.Brotli, ValueEncryption.None)))
        {
            await before.Store.PutAsync(Key, Texts.Compressible(100));
        }

        await using var strict = CodecSetup.Create(ValueCompression.Brotli, ValueEncryption.AesGcm, inner);
        await using var lenient = CodecSetup.Create(CodecSetup.Options(ValueCompression.Brotli, ValueEncryption.AesGcm) with { ReadPlain = true }, inner);

        var error = await Assert.ThrowsAsync<StorageException>(async () => await strict.Store.GetAsync(Key));
        Assert.Equal(StorageErrorKind.Incompatible, error.Kind);
        Assert.Equal(Texts.Compressible(100), (await lenient.Store.GetAsync(Key))!.Value.Value.ToArray());
    }

    [Fact]
    public async Task EncryptionTurnedOff_OldValuesAreStillRead_WithAKeyRing()
    {
        await using var inner = new MemoryEngine();
        await using var before = CodecSetup.Create(ValueCompression.None, ValueEncryption.AesGcm, inner);
        await before.Store.PutAsync(Key, Texts.Bytes("old"));
        await using var after = CodecSetup.Create(ValueCompression.None, ValueEncryption.None, inner);
        await using var without = new CodecEngine(new Undisposed(inner), new CodecOptions());

        Assert.Equal("old", Texts.Text((await after.Store.GetAsync(Key))!.Value.Value));
        var error = await Assert.ThrowsAsync<StorageException>(async () => await without.Store.GetAsync(Key));
        Assert.Equal(StorageErrorKind.KeyUnknown, error.Kind);
    }
}
