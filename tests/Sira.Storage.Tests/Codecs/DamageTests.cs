using Sira.Storage.Codecs.Compression;
using Sira.Storage.Codecs.Encryption;
using Sira.Storage.Engines.Memory;
using Sira.Storage.Errors;
using Sira.Storage.Events;
using Sira.Storage.Keys;

namespace Sira.Storage.Tests.Codecs;

/// <summary>What was changed in the store is told from what was written.</summary>
public sealed class DamageTests
{
    private static readonly StoreKey Key = new("notes", "the key", "tenant");

    public static TheoryData<ValueCompression, ValueEncryption, bool> Configurations()
    {
        var all = new TheoryData<ValueCompression, ValueEncryption, bool>();
        foreach (var row in CodecSetup.All())
        {
            all.Add(row.Data.Item1, row.Data.Item2, false);
            all.Add(row.Data.Item1, row.Data.Item2, true);
        }

        return all;
    }

    [Theory]
    [MemberData(nameof(Configurations))]
    public async Task ThousandBitFlips_AreEachDetected(ValueCompression compression, ValueEncryption encryption, bool readsPlain)
    {
        await using var inner = new MemoryEngine();
        await using var engine = CodecSetup.Create(CodecSetup.Options(compression, encryption) with { ReadPlain = readsPlain }, inner);
        var random = new Random(11);
        for (var i = 0; i < 1000; i++)
        {
            if (i % 100 == 0)
            {
                await engine.Store.PutAsync(Key, i % 200 == 0 ? Texts.Compressible(random.Next(400)) : Texts.Noise(random.Next(400), i));
            }

            var good = (await inner.Store.GetAsync(Key))!.Value.Value.ToArray();
            var bad = (byte[])good.Clone();
            bad[random.Next(bad.Length)] ^= (byte)(1 << random.Next(8));
            await inner.Store.PutAsync(Key, bad);

            var error = await Assert.ThrowsAsync<StorageException>(async () => await engine.Store.GetAsync(Key));

            Assert.Equal(StorageErrorKind.Corrupt, error.Kind);
            Assert.Contains("'notes of tenant: the key'", error.Message, StringComparison.Ordinal);
            await inner.Store.PutAsync(Key, good);
        }

        Assert.NotNull(await engine.Store.GetAsync(Key));
    }

    [Theory]
    [MemberData(nameof(CodecSetup.All), MemberType = typeof(CodecSetup))]
    public async Task EveryCut_IsDetected(ValueCompression compression, ValueEncryption encryption)
    {
        await using var inner = new MemoryEngine();
        await using var engine = CodecSetup.Create(compression, encryption, inner);
        await engine.Store.PutAsync(Key, Texts.Compressible(100));
        var good = (await inner.Store.GetAsync(Key))!.Value.Value.ToArray();

        for (var length = 0; length < good.Length; length++)
        {
            await inner.Store.PutAsync(Key, good.AsMemory(0, length));
            Assert.Equal(StorageErrorKind.Corrupt, (await Assert.ThrowsAsync<StorageException>(async () => await engine.Store.GetAsync(Key))).Kind);
        }
    }

    [Theory]
    [MemberData(nameof(CodecSetup.All), MemberType = typeof(CodecSetup))]
    public async Task Scan_AndEvents_NameWhatIsDamaged(ValueCompression compression, ValueEncryption encryption)
    {
        await using var inner = new MemoryEngine();
        await using var engine = CodecSetup.Create(compression, encryption, inner);
        await engine.Store.PutAsync(Key with { Name = "a" }, Texts.Compressible(100));
        await inner.Store.PutAsync(Key with { Name = "b" }, Texts.Bytes("never encoded"));
        await engine.Events!.AppendAsync(Key, default, [new EventData("t", Texts.Compressible(100))]);
        await inner.Events.AppendAsync(Key, default, [new EventData("t", Texts.Bytes("never encoded"))]);

        var scan = await Assert.ThrowsAsync<StorageException>(async () => await engine.Store.ScanAsync(new StoreScan(Key.Partition)));
        var read = await Assert.ThrowsAsync<StorageException>(async () => await engine.Events.ReadAsync(Key));
        var readAll = await Assert.ThrowsAsync<StorageException>(async () => await engine.Events.ReadAllAsync(Key.Namespace));

        Assert.Contains("The value of 'notes of tenant: b'", scan.Message, StringComparison.Ordinal);
        Assert.All([read, readAll], static error => Assert.StartsWith("Event 2 of 'notes of tenant: the key'", error.Message, StringComparison.Ordinal));
        Assert.Equal(2, (await engine.Store.ScanAsync(new StoreScan(Key.Partition) { KeysOnly = true })).Items.Count);
    }

    [Theory]
    [InlineData(ValueEncryption.None)]
    [InlineData(ValueEncryption.AesGcm)]
    public async Task NewerVersion_IsIncompatible_NotDamaged(ValueEncryption encryption)
    {
        await using var inner = new MemoryEngine();
        await using var engine = CodecSetup.Create(ValueCompression.None, encryption, inner);
        await engine.Store.PutAsync(Key, Texts.Compressible(100));
        var newer = (await inner.Store.GetAsync(Key))!.Value.Value.ToArray();
        (newer[3], newer[4]) = (2, 0xFD);
        await inner.Store.PutAsync(Key, newer);

        Assert.Equal(StorageErrorKind.Incompatible, (await Assert.ThrowsAsync<StorageException>(async () => await engine.Store.GetAsync(Key))).Kind);
    }

    [Fact]
    public async Task MovedElsewhere_IsNotRead()
    {
        await using var inner = new MemoryEngine();
        await using var engine = CodecSetup.Create(ValueCompression.None, ValueEncryption.AesGcm, inner);
        StoreKey[] places = [Key, Key with { Name = "another key" }, Key with { Tenant = "another" }, Key with { Tenant = null }, Key with { Namespace = "another" }, new("notes", "y", "the ke"), new("note", "s", "x")];
        foreach (var place in places)
        {
            await engine.Store.PutAsync(place, Texts.Bytes($"belongs to {place}"));
            await engine.Events!.AppendAsync(place, default, [new EventData("t", Texts.Bytes("event"))]);
        }

        foreach (var from in places)
        {
            var moved = (await inner.Store.GetAsync(from))!.Value.Value;
            foreach (var to in places.Where(to => to != from))
            {
                var there = (await inner.Store.GetAsync(to))!.Value.Value;
                await inner.Store.PutAsync(to, moved);
                Assert.Equal(StorageErrorKind.Corrupt, (await Assert.ThrowsAsync<StorageException>(async () => await engine.Store.GetAsync(to))).Kind);
                await inner.Store.PutAsync(to, there);
            }
        }

        // A value is no event, an event no value, and an event of one type none of another.
        var stored = (await inner.Events.ReadAsync(Key)).Events[0].Data;
        await inner.Events.AppendAsync(Key, default, [new EventData("other type", stored)]);
        await Assert.ThrowsAsync<StorageException>(async () => await engine.Events!.ReadAsync(Key, after: 1));
        await inner.Store.PutAsync(Key, stored);
        await Assert.ThrowsAsync<StorageException>(async () => await engine.Store.GetAsync(Key));
        Assert.Single((await engine.Events!.ReadAsync(Key, maximum: 1)).Events);
    }
}
