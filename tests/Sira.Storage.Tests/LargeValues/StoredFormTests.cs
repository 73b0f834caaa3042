using Sira.Simulation.Time;
using Sira.Storage.Engines.Memory;
using Sira.Storage.Errors;
using Sira.Storage.Keys;
using Sira.Storage.LargeValues;
using Sira.Storage.Writing;

namespace Sira.Storage.Tests.LargeValues;

public sealed class StoredFormTests : IAsyncDisposable
{
    private static readonly StoreKey Key = new("notes", "a", "acme");

    private readonly MemoryEngine main;
    private readonly MemoryEngine large;
    private readonly LargeValueEngine engine;

    public StoredFormTests()
    {
        var clock = new VirtualTimeProvider();
        (main, large) = (new MemoryEngine(time: clock), new MemoryEngine(time: clock));
        engine = new LargeValueEngine(main, large, new LargeValueOptions { Over = 100 }, clock);
    }

    public ValueTask DisposeAsync() => engine.DisposeAsync();

    [Fact]
    public async Task Value_ThatIsAPointer_IsTheValueItIs()
    {
        await engine.Store.PutAsync(Key, new byte[1000]);
        var pointer = (await main.Store.GetAsync(Key))!.Value.Value.ToArray();

        foreach (var name in (string[])["a", "b"])
        {
            await engine.Store.PutAsync(Key with { Name = name }, pointer);
            Assert.Equal(pointer, (await engine.Store.GetAsync(Key with { Name = name }))!.Value.Value.ToArray());
            await engine.Store.WriteAsync(new StoreBatch().Put(Key with { Name = name }, pointer));
            Assert.Equal(pointer, (await engine.Store.GetAsync(Key with { Name = name }))!.Value.Value.ToArray());
        }

        Assert.All((await engine.Store.ScanAsync(new StoreScan(Key.Partition))).Items, item => Assert.Equal(pointer, item.Entry.Value.ToArray()));
        Assert.Empty(await SplitEngines.LargeAsync(large));
    }

    [Fact]
    public async Task Values_ThatBeginLikeAHeader_OfEveryLength_ComeBackBitForBit()
    {
        var (random, magic) = (new Random(7), StoredForm.Magic.ToArray());
        for (var length = 0; length < 130; length++)
        {
            var value = new byte[length];
            random.NextBytes(value);
            magic.AsSpan(0, Math.Min(length, magic.Length)).CopyTo(value);
            if (length > 8)
            {
                (value[7], value[8]) = (StoredForm.Version, (byte)random.Next(4));
            }

            await engine.Store.PutAsync(Key, value);
            Assert.Equal(value, (await engine.Store.GetAsync(Key))!.Value.Value.ToArray());
        }
    }

    [Fact]
    public async Task Values_OfBefore_AreReadAsTheyAre_AndSmallOnesAreWrittenSo()
    {
        await main.Store.PutAsync(Key, new byte[5000]);
        await engine.Store.PutAsync(Key with { Name = "b" }, "small"u8.ToArray());

        Assert.Equal(5000, (await engine.Store.GetAsync(Key))!.Value.Value.Length);
        Assert.Equal("small"u8.ToArray(), (await main.Store.GetAsync(Key with { Name = "b" }))!.Value.Value.ToArray());
    }

    [Fact]
    public async Task Pointer_Damaged_IsFoundAtEveryBit_AndCanBeReplacedOrDeleted()
    {
        await engine.Store.PutAsync(Key, new byte[1000]);
        var pointer = (await main.Store.GetAsync(Key))!.Value.Value.ToArray();
        var first = StoredForm.Magic.Length * 8;
        for (var bit = first; bit < pointer.Length * 8; bit++)
        {
            var damaged = pointer.ToArray();
            damaged[bit / 8] ^= (byte)(1 << (bit % 8));
            await main.Store.PutAsync(Key, damaged);

            // A version with a bit changed is one of the future; a value that is shorter than its header says is a pointer no more.
            var thrown = await Record.ExceptionAsync(async () => await engine.Store.GetAsync(Key));
            Assert.True(thrown is StorageException { Kind: StorageErrorKind.Corrupt or StorageErrorKind.Incompatible } || IsEscaped(damaged), $"bit {bit}: {thrown}");
        }

        await main.Store.PutAsync(Key, pointer.AsMemory(0, pointer.Length - 1));
        Assert.Equal(StorageErrorKind.Corrupt, (await Assert.ThrowsAsync<StorageException>(async () => await engine.Store.GetAsync(Key))).Kind);
        Assert.True((await engine.Store.PutAsync(Key, "1"u8.ToArray())).IsDone);
        await main.Store.PutAsync(Key, pointer.AsMemory(0, 8));
        Assert.True((await engine.Store.DeleteAsync(Key)).IsDone);
        Assert.Null(await engine.Store.GetAsync(Key));

        static bool IsEscaped(byte[] stored) => stored[8] == (byte)StoredKind.Escaped;
    }

    [Fact]
    public void Pointer_OfVersion1_IsReadForEver()
    {
        // Whoever changes the format has to read this still.
        var stored = Convert.FromHexString("F5536972614C5601020807060504030201100F0E0D0C0B0A09080706050403020100020000CEA5AAFA");

        Assert.Equal(stored, new ValuePointer(0x0102030405060708, new UInt128(0x0102030405060708, 0x090A0B0C0D0E0F10), 512).ToBytes());
        Assert.Equal(StoredKind.Pointer, StoredForm.Read(stored, out _, out var pointer));
        Assert.Equal((0x0102030405060708UL, 512), (pointer.Owner, pointer.Length));
    }
}
