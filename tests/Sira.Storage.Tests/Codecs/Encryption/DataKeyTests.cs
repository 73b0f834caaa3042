using Sira.Kernel.Time;
using Sira.Simulation.Time;
using Sira.Storage.Codecs;
using Sira.Storage.Codecs.Compression;
using Sira.Storage.Codecs.Encryption;
using Sira.Storage.Codecs.Format;
using Sira.Storage.Engines.Memory;
using Sira.Storage.Errors;
using Sira.Storage.Keys;
using Sira.Storage.Writing;

namespace Sira.Storage.Tests.Codecs.Encryption;

/// <summary>Data keys are made once, used so often and no more, and found again.</summary>
public sealed class DataKeyTests
{
    private static readonly CodecOptions Encrypted = CodecSetup.Options(ValueCompression.None, ValueEncryption.AesGcm);
    private static readonly StoreKey Key = new("notes", "a", "tenant");

    [Fact]
    public async Task ManyWriters_OfManyEngines_AgreeOnOneKey()
    {
        for (var round = 0; round < 10; round++)
        {
            await using var inner = new MemoryEngine();
            var engines = Enumerable.Range(0, 4).Select(_ => CodecSetup.Create(Encrypted, new Undisposed(inner))).ToList();
            await Task.WhenAll(Enumerable.Range(0, 32).Select(writer => Task.Run(async () => await engines[writer % 4].Store.PutAsync(Key with { Name = $"{writer}" }, Texts.Bytes($"{writer}")))));

            var record = await RecordAsync(inner, new KeySubject("tenant"));
            Assert.Equal(1u, record.Newest);
            Assert.Single(record.Keys);
            foreach (var engine in engines)
            {
                for (var writer = 0; writer < 32; writer++)
                {
                    Assert.Equal($"{writer}", Texts.Text((await engine.Store.GetAsync(Key with { Name = $"{writer}" }))!.Value.Value));
                }

                await engine.DisposeAsync();
            }
        }
    }

    [Fact]
    public async Task RotateAfterWrites_Passed_ANewKeyEncrypts_AndTheOldOnesStillDecrypt()
    {
        await using var inner = new MemoryEngine();
        await using var engine = CodecSetup.Create(Encrypted with { DataKeys = new() { RotateAfterWrites = 10 } }, inner);
        for (var i = 0; i < 35; i++)
        {
            await engine.Store.PutAsync(Key with { Name = $"{i:00}" }, Texts.Bytes($"{i}"));
        }

        var record = await RecordAsync(inner, new KeySubject("tenant"));
        Assert.Equal((4u, 5L), (record.Newest, record.Uses));
        await using var other = CodecSetup.Create(Encrypted, new Undisposed(inner));
        for (var i = 0; i < 35; i++)
        {
            Assert.Equal($"{i}", Texts.Text((await engine.Store.GetAsync(Key with { Name = $"{i:00}" }))!.Value.Value));
            Assert.Equal($"{i}", Texts.Text((await other.Store.GetAsync(Key with { Name = $"{i:00}" }))!.Value.Value));
        }

        // As an attacker, or two processes that count together, would have it: no key was used more often than it may.
        var used = (await inner.Store.ScanAsync(new StoreScan(Key.Partition))).Items.GroupBy(static item => ValueHeader.Read(item.Entry.Value.Span, out var header) is HeaderStatus.Valid ? header.Generation : 0);
        Assert.All(used, static generation => Assert.InRange(generation.Count(), 1, 10));
    }

    [Fact]
    public async Task RotateAfterWrites_ManyWritersOfTwoEngines_EveryValueIsRead()
    {
        await using var inner = new MemoryEngine();
        var options = Encrypted with { DataKeys = new() { RotateAfterWrites = 20 } };
        await using var first = CodecSetup.Create(options, new Undisposed(inner));
        await using var second = CodecSetup.Create(options, new Undisposed(inner));
        await Task.WhenAll(Enumerable.Range(0, 8).Select(writer => Task.Run(async () =>
        {
            for (var i = 0; i < 50; i++)
            {
                await (writer % 2 == 0 ? first : second).Store.PutAsync(Key with { Name = $"{writer} {i}" }, Texts.Bytes($"{writer} {i}"));
            }
        })));

        Assert.InRange((await RecordAsync(inner, new KeySubject("tenant"))).Newest, 18u, 21u);
        foreach (var engine in (CodecEngine[])[first, second])
        {
            foreach (var item in (await engine.Store.ScanAsync(new StoreScan(Key.Partition) { PageSize = 1000 })).Items)
            {
                Assert.Equal(item.Name, Texts.Text(item.Entry.Value));
            }
        }
    }

    [Fact]
    public async Task Counting_IsBySamples_AndStraysLittle()
    {
        await using var inner = new MemoryEngine();
        await using var engine = CodecSetup.Create(Encrypted with { DataKeys = new() { RotateAfterWrites = 1 << 19 } }, inner, random: new SeededRandomSource(3));
        for (var i = 0; i < 64_000; i++)
        {
            await engine.Store.PutAsync(Key, ReadOnlyMemory<byte>.Empty);
        }

        // One in 32 is counted, for 32: 2000 samples, so that a tenth is more than four times the standard deviation.
        Assert.InRange((await RecordAsync(inner, new KeySubject("tenant"))).Uses, 57_600, 70_400);
    }

    [Fact]
    public async Task CachedSubjects_AreBounded_AndTheOthersAreFoundAgain()
    {
        await using var inner = new MemoryEngine();
        await using var engine = CodecSetup.Create(Encrypted with { DataKeys = new() { CachedSubjects = 5 } }, inner);
        for (var i = 0; i < 40; i++)
        {
            await engine.Store.PutAsync(Key with { Tenant = $"{i}" }, Texts.Bytes($"{i}"));
        }

        for (var i = 39; i >= 0; i--)
        {
            Assert.Equal($"{i}", Texts.Text((await engine.Store.GetAsync(Key with { Tenant = $"{i}" }))!.Value.Value));
        }

        Assert.InRange(engine.CachedSubjects, 1, 5);
    }

    [Fact]
    public async Task TenantsAndNobody_HaveKeysOfTheirOwn()
    {
        await using var inner = new MemoryEngine();
        await using var engine = CodecSetup.Create(Encrypted, inner);
        await engine.Store.WriteAsync(new StoreBatch().Put(Key, Texts.Bytes("1")).Put(Key with { Tenant = null }, Texts.Bytes("2")).Put(Key with { Tenant = "other" }, Texts.Bytes("3")).Put(Key with { Name = "b" }, Texts.Bytes("4")));

        var names = (await inner.Store.ScanAsync(new StoreScan(new StorePartition(DataKeys.Namespace), "data/"))).Items.Select(static item => item.Name);

        Assert.Equal(((KeySubject[])[new("tenant"), new(null), new("other")]).Select(static subject => SubjectId.Of(subject).RecordName).Order(), names);
    }

    [Fact]
    public async Task KeyRecord_Gone_IsSaid_AndNothingIsMadeUp()
    {
        await using var inner = new MemoryEngine();
        await using (var before = CodecSetup.Create(Encrypted, new Undisposed(inner)))
        {
            await before.Store.PutAsync(Key, Texts.Bytes("1"));
        }

        await inner.Store.DeleteAsync(DataKeyStore.Key(SubjectId.Of(new KeySubject("tenant")).RecordName));
        await using var engine = CodecSetup.Create(Encrypted, new Undisposed(inner));

        var error = await Assert.ThrowsAsync<StorageException>(async () => await engine.Store.GetAsync(Key));

        Assert.Equal(StorageErrorKind.KeyUnknown, error.Kind);
        Assert.Contains("'sira.keys'", error.Message, StringComparison.Ordinal);
        Assert.Contains(Key.ToString(), error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task KeyRecord_Damaged_IsSaid_AndNotReplaced()
    {
        await using var inner = new MemoryEngine();
        await using var engine = CodecSetup.Create(Encrypted, inner);
        var record = DataKeyStore.Key(SubjectId.Of(new KeySubject("tenant")).RecordName);
        await inner.Store.PutAsync(record, Texts.Bytes("rubbish"));

        Assert.Equal(StorageErrorKind.Corrupt, (await Assert.ThrowsAsync<StorageException>(async () => await engine.Store.PutAsync(Key, Texts.Bytes("1")))).Kind);
        Assert.Equal("rubbish", Texts.Text((await inner.Store.GetAsync(record))!.Value.Value));
        Assert.Null(await inner.Store.GetAsync(Key));
    }

    [Fact]
    public async Task CacheDuration_Passed_KeysAreLookedUpAgain_AndKeptWhereNothingHasChanged()
    {
        var time = new VirtualTimeProvider();
        var inner = new WatchedEngine(new MemoryEngine(time: time), hasFeed: false);
        await using var engine = CodecSetup.Create(Encrypted with { DataKeys = new() { CacheDuration = TimeSpan.FromMinutes(1) } }, inner, time: time);
        await engine.Store.PutAsync(Key, Texts.Bytes("1"));
        var looked = 0;
        inner.Got = key =>
        {
            looked += key.Namespace == DataKeys.Namespace ? 1 : 0;
            return ValueTask.CompletedTask;
        };

        for (var i = 0; i < 10; i++)
        {
            await engine.Store.GetAsync(Key);
            time.Advance(TimeSpan.FromSeconds(30));
        }

        Assert.Equal(4, looked);
    }

    [Fact]
    public void Close_SetsTheBytesToZero_AndEncryptsNothingMore()
    {
        var secret = Texts.Noise(DataKey.SecretLength);
        var key = new DataKey(default, 1, secret);
        var (cipher, tag) = (new byte[3], new byte[DataKey.TagLength]);
        Assert.True(key.TryEncrypt(new byte[12], [1, 2, 3], cipher, tag, []));

        key.Close();

        Assert.Equal(new byte[DataKey.SecretLength], secret);
        Assert.False(key.TryEncrypt(new byte[12], [1, 2, 3], cipher, tag, []));
        Assert.False(key.TryDecrypt(new byte[12], cipher, tag, new byte[3], []));
    }

    [Fact]
    public void Close_WhileOthersEncrypt_NeverEncryptsWithZeros()
    {
        var zeros = new DataKey(default, 1, new byte[DataKey.SecretLength]);
        var (withZeros, ignored) = (new byte[8], new byte[DataKey.TagLength]);
        Assert.True(zeros.TryEncrypt(new byte[12], new byte[8], withZeros, ignored, []));
        var isZero = false;
        for (var round = 0; round < 200; round++)
        {
            var key = new DataKey(default, 1, Texts.Noise(DataKey.SecretLength, round));
            var (isReady, isGo) = (false, false);
            var encrypting = new Thread(() =>
            {
                var (cipher, tag) = (new byte[8], new byte[DataKey.TagLength]);
                Volatile.Write(ref isReady, true);
                while (!Volatile.Read(ref isGo))
                {
                    Thread.SpinWait(1);
                }

                while (key.TryEncrypt(new byte[12], new byte[8], cipher, tag, []))
                {
                    isZero |= cipher.AsSpan().SequenceEqual(withZeros);
                }
            });
            encrypting.Start();
            while (!Volatile.Read(ref isReady))
            {
                Thread.Yield();
            }

            Volatile.Write(ref isGo, true);

            // From before its first cipher is made to well after it.
            Thread.SpinWait(round % 20);
            key.Close();
            encrypting.Join();
        }

        Assert.False(isZero);
    }

    [Fact]
    public async Task Nonces_AreNeverTheSame()
    {
        await using var inner = new MemoryEngine();
        await using var engine = CodecSetup.Create(Encrypted, inner);
        await Task.WhenAll(Enumerable.Range(0, 4).Select(writer => Task.Run(async () =>
        {
            for (var i = 0; i < 500; i++)
            {
                await engine.Store.PutAsync(Key with { Name = $"{writer} {i}" }, Texts.Bytes("same"));
            }
        })));

        var nonces = (await inner.Store.ScanAsync(new StoreScan(Key.Partition) { PageSize = 5000 })).Items
            .Select(static item => Convert.ToHexString(item.Entry.Value.Span.Slice(ValueHeader.PrefixLength + SubjectId.Length + sizeof(uint), DataKey.NonceLength)))
            .ToList();

        Assert.Equal(2000, nonces.Distinct().Count());
    }

    internal static async Task<DataKeyRecord> RecordAsync(IStorageEngine engine, KeySubject subject)
    {
        Assert.Equal(HeaderStatus.Valid, DataKeyRecord.Read((await engine.Store.GetAsync(DataKeyStore.Key(SubjectId.Of(subject).RecordName)))!.Value.Value, out var record));
        return record;
    }
}
