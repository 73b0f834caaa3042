using Sira.Storage.Errors;
using Sira.Storage.Keys;

namespace Sira.Storage.RocksDb.Tests.Engine;

/// <summary>Bits that flip on the disk: noticed, and never taken for data.</summary>
public sealed class DamageTests
{
    private static readonly StorePartition Partition = new("damage");

    [Fact]
    public async Task Tables_ABitFlipsInEachOfAThousandValues_EachIsNoticed()
    {
        const int Count = 1000;
        using var folder = new RocksDbFolder();
        var options = folder.Options with { Compression = RocksDbCompression.None };
        await using (var engine = new RocksDbEngine(options))
        {
            for (var i = 0; i < Count; i++)
            {
                await engine.Store.PutAsync(Partition.Key($"{i}"), Value(i));
            }
        }

        // Each value fills a block of its own, and can be found by its bytes.
        var random = new Random(1);
        var flipped = 0;
        foreach (var file in Directory.EnumerateFiles(folder.Database, "*.sst"))
        {
            var bytes = await File.ReadAllBytesAsync(file);
            for (var i = 0; i < Count; i++)
            {
                var at = bytes.AsSpan().IndexOf(Value(i).AsSpan(0, 64));
                if (at >= 0)
                {
                    bytes[at + random.Next(Length)] ^= (byte)(1 << random.Next(8));
                    flipped++;
                }
            }

            await File.WriteAllBytesAsync(file, bytes);
        }

        Assert.Equal(Count, flipped);
        await using var damaged = new RocksDbEngine(options);
        for (var i = 0; i < Count; i++)
        {
            Assert.Equal(StorageErrorKind.Corrupt, (await Assert.ThrowsAsync<StorageException>(async () => await damaged.Store.GetAsync(Partition.Key($"{i}")))).Kind);
        }

        Assert.Equal(StorageErrorKind.Corrupt, (await Assert.ThrowsAsync<StorageException>(async () => await damaged.Store.ScanAsync(new StoreScan(Partition)))).Kind);
    }

    [Fact]
    public async Task Log_ABitFlipsAnywhere_IsNoticed_OrTheEndIsMissing_AndNothingIsWrong()
    {
        const int Count = 100;
        const int Flips = 40;

        // A record whose length is damaged in the last block of the log looks like one that a crash has torn: so the format has it. Anywhere before, nothing may be missing unnoticed.
        const int Block = 32 * 1024;
        using var folder = new RocksDbFolder();
        var original = Path.Combine(folder.Root, "original");
        await using (var engine = new RocksDbEngine(folder.Options))
        {
            for (var i = 0; i < Count; i++)
            {
                await engine.Store.PutAsync(Partition.Key($"{i}"), Value(i));
            }

            Copy(folder.Database, original);
        }

        var log = Directory.EnumerateFiles(original, "*.log").MaxBy(static file => new FileInfo(file).Length)!;
        var length = (int)new FileInfo(log).Length;
        Assert.True(length > Count * Length, "The values are not in the log.");
        var random = new Random(2);
        var noticed = 0;
        for (var i = 0; i < Flips; i++)
        {
            var (copy, at) = (Path.Combine(folder.Root, $"copy {i}"), random.Next(length));
            Copy(original, copy);
            await using (var file = new FileStream(Path.Combine(copy, Path.GetFileName(log)), FileMode.Open))
            {
                file.Position = at;
                var old = file.ReadByte();
                file.Position = at;
                file.WriteByte((byte)(old ^ (1 << random.Next(8))));
            }

            await using var damaged = new RocksDbEngine(folder.Options with { Path = copy });
            try
            {
                await damaged.OpenAsync();
                var missing = false;
                for (var number = 0; number < Count; number++)
                {
                    var entry = await damaged.Store.GetAsync(Partition.Key($"{number}"));
                    missing |= entry is null;
                    Assert.True(entry is not { } found || (!missing && found.Value.Span.SequenceEqual(Value(number))), $"Wrong data after a bit has flipped at {at} of {length}.");
                }

                Assert.True(!missing || at >= length / Block * Block - Block, $"Data is missing unnoticed after a bit has flipped at {at} of {length}.");
            }
            catch (StorageException exception) when (exception.Kind is StorageErrorKind.Corrupt)
            {
                noticed++;
            }
        }

        Assert.True(noticed >= Flips * 8 / 10, $"{noticed} of {Flips} were noticed.");
    }

    [Fact]
    public async Task OpenAsync_TheFileThatNamesTheTablesIsMissing_IsNotTakenForAnEmptyDatabase()
    {
        using var folder = new RocksDbFolder();
        await using (var engine = new RocksDbEngine(folder.Options))
        {
            await engine.Store.PutAsync(Partition.Key("a"), Value(1));
        }

        File.Delete(Path.Combine(folder.Database, "CURRENT"));
        await using var damaged = new RocksDbEngine(folder.Options);

        Assert.Equal(StorageErrorKind.Corrupt, (await Assert.ThrowsAsync<StorageException>(async () => await damaged.OpenAsync())).Kind);
    }

    [Fact]
    public async Task OpenAsync_ATableIsMissing_IsCorrupt()
    {
        using var folder = new RocksDbFolder();
        await using (var engine = new RocksDbEngine(folder.Options))
        {
            await engine.Store.PutAsync(Partition.Key("a"), Value(1));
        }

        foreach (var file in Directory.EnumerateFiles(folder.Database, "*.sst"))
        {
            File.Delete(file);
        }

        await using var damaged = new RocksDbEngine(folder.Options);

        Assert.Equal(StorageErrorKind.Corrupt, (await Assert.ThrowsAsync<StorageException>(async () => await damaged.OpenAsync())).Kind);
    }

    // Larger than a block of a table.
    private const int Length = 5000;

    private static byte[] Value(int number)
    {
        var value = new byte[Length];
        new Random(number).NextBytes(value);
        return value;
    }

    private static void Copy(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var file in Directory.EnumerateFiles(from))
        {
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
        }
    }
}
