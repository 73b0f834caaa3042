using Sira.Simulation.Time;
using Sira.Storage.Codecs;
using Sira.Storage.Codecs.Compression;
using Sira.Storage.Codecs.Encryption;
using Sira.Storage.Engines.Memory;
using Sira.Storage.Errors;
using Sira.Storage.Events;
using Sira.Storage.Keys;
using Sira.Storage.Writing;

namespace Sira.Storage.Tests.Codecs.Encryption;

/// <summary>What is erased cannot be read by anybody any more.</summary>
public sealed class EraseTests
{
    private const string Secret = "my neighbour's secret";

    private static readonly CodecOptions Encrypted = CodecSetup.Options(ValueCompression.Brotli, ValueEncryption.AesGcm);
    private static readonly StoreKey Key = new("notes", "a", "tenant");

    [Fact]
    public async Task EraseAsync_TheStoreNeverHeldThePlaintext_AndNoKeyOpensWhatItHolds()
    {
        await using var memory = new MemoryEngine();
        var inner = new WatchedEngine(memory);
        await using var engine = CodecSetup.Create(Encrypted, inner);
        await engine.Store.PutAsync(Key, Texts.Bytes(Secret));
        await engine.Store.WriteAsync(new StoreBatch().Put(Key with { Name = "b" }, Texts.Bytes(Secret)).Append(Key, ExpectedVersion.Any, [new EventData("t", Texts.Bytes(Secret))]));
        await engine.Store.PutAsync(Key with { Tenant = "other" }, Texts.Bytes(Secret));
        var keysBefore = await DataKeyTests.RecordAsync(memory, new KeySubject("tenant"));

        var erasure = await engine.Keys!.EraseAsync(new KeySubject("tenant"));

        Assert.Equal(1, erasure.Keys);
        Assert.NotEmpty(inner.Written);
        Assert.False(inner.HasEverHeld("neighbour"));
        foreach (var name in (string[])["a", "b"])
        {
            await AssertErasedAsync(async () => await engine.Store.GetAsync(Key with { Name = name }));
        }

        Assert.Empty((await engine.Store.ScanAsync(new StoreScan(Key.Partition))).Items);
        Assert.Equal(["a", "b"], (await engine.Store.ScanAsync(new StoreScan(Key.Partition) { KeysOnly = true })).Items.Select(static item => item.Name));
        await AssertErasedAsync(async () => await engine.Events!.ReadAsync(Key));
        Assert.Equal(Secret, Texts.Text((await engine.Store.GetAsync(Key with { Tenant = "other" }))!.Value.Value));

        // The engine holds nothing any more in which the wrapped key stands.
        var wrapped = keysBefore.Keys[0].Sealed;
        foreach (var item in (await memory.Store.ScanAsync(new StoreScan(new StorePartition(DataKeys.Namespace)))).Items)
        {
            Assert.Equal(-1, item.Entry.Value.Span.IndexOf(wrapped.Span));
        }
    }

    [Fact]
    public async Task EraseAsync_WhatIsWrittenAfterwards_HasAFreshKey_AndWhatWasBefore_StaysErased()
    {
        await using var inner = new MemoryEngine();
        await using var engine = CodecSetup.Create(Encrypted, inner);
        await engine.Store.PutAsync(Key with { Name = "old" }, Texts.Bytes("old"));
        await engine.Keys!.EraseAsync(new KeySubject("tenant"));

        await engine.Store.PutAsync(Key, Texts.Bytes("new"));

        Assert.Equal("new", Texts.Text((await engine.Store.GetAsync(Key))!.Value.Value));
        await AssertErasedAsync(async () => await engine.Store.GetAsync(Key with { Name = "old" }));
        var record = await DataKeyTests.RecordAsync(inner, new KeySubject("tenant"));
        Assert.Equal((2u, 1u), (record.Newest, record.ErasedThrough));

        // And once more.
        Assert.Equal(1, (await engine.Keys.EraseAsync(new KeySubject("tenant"))).Keys);
        Assert.Equal(0, (await engine.Keys.EraseAsync(new KeySubject("tenant"))).Keys);
        Assert.Equal(0, (await engine.Keys.EraseAsync(new KeySubject("never there"))).Keys);
        await AssertErasedAsync(async () => await engine.Store.GetAsync(Key));
        await AssertErasedAsync(async () => await engine.Store.GetAsync(Key with { Name = "old" }));
    }

    [Fact]
    public async Task EraseAsync_BySubject_TakesTheOneSessionOnly()
    {
        await using var inner = new MemoryEngine();
        await using var engine = CodecSetup.Create(
            Encrypted with { Subjects = [SubjectRule.FirstSegment("sessions"), SubjectRule.FirstSegment("sessions.index") with { Scope = "sessions" }, new("odd", static _ => null)] },
            inner);
        StoreKey[] keys = [new("sessions", "one/1", "t"), new("sessions", "one/2", "t"), new("sessions", "one", "t"), new("sessions.index", "one/x", "t"), new("sessions", "two/1", "t"), new("sessions", "one/1", "u"), new("odd", "one/1", "t"), new("other", "one/1", "t"), new("sessions", "/one", "t")];
        foreach (var key in keys)
        {
            await engine.Store.PutAsync(key, Texts.Bytes("x"));
            await engine.Events!.AppendAsync(key, ExpectedVersion.Any, [new EventData("t", Texts.Bytes("x"))]);
        }

        await engine.Keys!.EraseAsync(new KeySubject("t", "sessions", "one"));

        foreach (var key in keys[..4])
        {
            await AssertErasedAsync(async () => await engine.Store.GetAsync(key));
            await AssertErasedAsync(async () => await engine.Events!.ReadAsync(key));
        }

        foreach (var key in keys[4..])
        {
            Assert.NotNull(await engine.Store.GetAsync(key));
            Assert.Single((await engine.Events!.ReadAsync(key)).Events);
        }

        // Whoever reads them all gets the others.
        Assert.Equal(["/one", "two/1"], (await engine.Store.ScanAsync(new StoreScan(new StorePartition("sessions", "t")))).Items.Select(static item => item.Name));
        var all = await engine.Events!.ReadAllAsync("sessions");
        Assert.Equal(3, all.Events.Count);
        Assert.Empty((await engine.Events.ReadAllAsync("sessions", all.Next)).Events);
        await Assert.ThrowsAsync<ArgumentException>(async () => await engine.Keys.EraseAsync(new KeySubject("t", Name: "one")));
    }

    [Fact]
    public async Task EraseAsync_OtherProcess_WithAFeed_DropsItsKeys()
    {
        await using var inner = new MemoryEngine();
        await using var first = CodecSetup.Create(Encrypted, new Undisposed(inner));
        await using var second = CodecSetup.Create(Encrypted, new Undisposed(inner));
        await first.Store.PutAsync(Key, Texts.Bytes("1"));
        Assert.NotNull(await second.Store.GetAsync(Key));

        await first.Keys!.EraseAsync(new KeySubject("tenant"));

        await UntilErasedAsync(second);
        await second.Store.PutAsync(Key, Texts.Bytes("2"));
        Assert.Equal("2", Texts.Text((await first.Store.GetAsync(Key))!.Value.Value));
    }

    [Fact]
    public async Task EraseAsync_OtherProcess_WithoutAFeed_DropsItsKeysWhenTheirTimeIsOver()
    {
        var time = new VirtualTimeProvider();
        await using var memory = new MemoryEngine(time: time);
        var options = Encrypted with { DataKeys = new() { CacheDuration = TimeSpan.FromMinutes(2) } };
        await using var first = CodecSetup.Create(options, new Undisposed(new WatchedEngine(memory, hasFeed: false)), time: time);
        await using var second = CodecSetup.Create(options, new Undisposed(new WatchedEngine(memory, hasFeed: false)), time: time);
        await first.Store.PutAsync(Key, Texts.Bytes("1"));
        Assert.NotNull(await second.Store.GetAsync(Key));

        var erasure = await first.Keys!.EraseAsync(new KeySubject("tenant"));

        await AssertErasedAsync(async () => await first.Store.GetAsync(Key));
        Assert.NotNull(await second.Store.GetAsync(Key));
        time.Advance(erasure.GoneEverywhereAt - time.GetUtcNow());
        await AssertErasedAsync(async () => await second.Store.GetAsync(Key));
    }

    [Fact]
    public async Task EraseAsync_WhileAValueIsWritten_TheWriterIsTold()
    {
        await using var memory = new MemoryEngine();
        var inner = new WatchedEngine(memory);
        await using var engine = CodecSetup.Create(Encrypted, inner);
        await engine.Store.PutAsync(Key, Texts.Bytes("1"));
        inner.Writing = async key =>
        {
            if (key.Namespace == Key.Namespace)
            {
                await engine.Keys!.EraseAsync(new KeySubject("tenant"));
            }
        };

        var error = await Assert.ThrowsAsync<StorageException>(async () => await engine.Store.PutAsync(Key, Texts.Bytes("2")));

        Assert.Equal((StorageErrorKind.KeyUnknown, true), (error.Kind, error.IsUncertain));
        await AssertErasedAsync(async () => await engine.Store.GetAsync(Key));
        inner.Writing = static _ => ValueTask.CompletedTask;
        await engine.Store.PutAsync(Key, Texts.Bytes("3"));
        Assert.NotNull(await engine.Store.GetAsync(Key));
    }

    [Fact]
    public async Task EraseAsync_WhileItsKeysAreRead_TheyAreNotKept()
    {
        await using var memory = new MemoryEngine();
        await using (var writer = CodecSetup.Create(Encrypted, new Undisposed(memory)))
        {
            await writer.Store.PutAsync(Key, Texts.Bytes("1"));
        }

        var inner = new WatchedEngine(memory);
        await using var engine = CodecSetup.Create(Encrypted, inner);
        await engine.OpenAsync();

        // Between reading the record and keeping its keys.
        inner.Got = async key =>
        {
            if (key.Name == SubjectId.Of(new KeySubject("tenant")).RecordName)
            {
                inner.Got = static _ => ValueTask.CompletedTask;
                await engine.Keys!.EraseAsync(new KeySubject("tenant"));
            }
        };

        await AssertErasedAsync(async () => await engine.Store.GetAsync(Key));
    }

    [Fact]
    public async Task EraseAsync_WhileAnotherProcessReadsItsKeysSlowly_TheTimeThatWasSaidHolds()
    {
        var time = new VirtualTimeProvider();
        await using var memory = new MemoryEngine(time: time);
        await using var first = CodecSetup.Create(Encrypted, new Undisposed(new WatchedEngine(memory, hasFeed: false)), time: time);
        await first.Store.PutAsync(Key, Texts.Bytes("1"));
        var slow = new WatchedEngine(memory, hasFeed: false);
        await using var second = CodecSetup.Create(Encrypted, new Undisposed(slow), time: time);
        var erasure = default(KeyErasure);
        slow.Got = async key =>
        {
            if (key.Namespace == DataKeys.Namespace)
            {
                slow.Got = static _ => ValueTask.CompletedTask;
                erasure = await first.Keys!.EraseAsync(new KeySubject("tenant"));
                time.Advance(TimeSpan.FromMinutes(1));
            }
        };

        Assert.NotNull(await second.Store.GetAsync(Key));
        time.Advance(erasure.GoneEverywhereAt - time.GetUtcNow());

        await AssertErasedAsync(async () => await second.Store.GetAsync(Key));
    }

    [Fact]
    public async Task EraseAsync_WithoutTheKeyEncryptionKey_StillErases()
    {
        await using var inner = new MemoryEngine();
        await using var before = CodecSetup.Create(Encrypted, new Undisposed(inner));
        await before.Store.PutAsync(Key, Texts.Bytes("1"));
        await using var other = CodecSetup.Create(Encrypted, new Undisposed(inner), new Kernel.Sealing.KeyRing(CodecSetup.Key("lost-the-old-one", 9)));

        Assert.Equal(1, (await other.Keys!.EraseAsync(new KeySubject("tenant"))).Keys);
        await AssertErasedAsync(async () => await other.Store.GetAsync(Key));
    }

    internal static async Task AssertErasedAsync(Func<Task> read)
    {
        var error = await Assert.ThrowsAsync<StorageException>(read);
        Assert.Equal(StorageErrorKind.KeyUnknown, error.Kind);
        Assert.Contains("erased at", error.Message, StringComparison.Ordinal);
    }

    private static async Task UntilErasedAsync(CodecEngine engine)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (true)
        {
            try
            {
                await engine.Store.GetAsync(Key, patience.Token);
                await Task.Yield();
            }
            catch (StorageException exception) when (exception.Kind is StorageErrorKind.KeyUnknown)
            {
                return;
            }
        }
    }
}
