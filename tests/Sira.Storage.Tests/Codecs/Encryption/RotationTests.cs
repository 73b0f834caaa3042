using Sira.Kernel.Sealing;
using Sira.Storage.Codecs;
using Sira.Storage.Codecs.Compression;
using Sira.Storage.Codecs.Encryption;
using Sira.Storage.Engines.Memory;
using Sira.Storage.Errors;
using Sira.Storage.Keys;
using Sira.Testing.Messaging;

namespace Sira.Storage.Tests.Codecs.Encryption;

/// <summary>Rotating the key-encryption key wraps data keys anew and leaves values alone.</summary>
public sealed class RotationTests : IAsyncDisposable
{
    private const int Tenants = 250;

    private static readonly CodecOptions Encrypted = CodecSetup.Options(ValueCompression.None, ValueEncryption.AesGcm);

    private readonly MemoryEngine inner = new();
    private readonly KeyRing ring = CodecSetup.Ring();

    public ValueTask DisposeAsync() => inner.DisposeAsync();

    [Fact]
    public async Task RotateAsync_WrapsAllAnew_AndTheOldKeyCanGo()
    {
        await using var engine = await FilledAsync();
        var before = (await inner.Store.GetAsync(KeyOf(7)))!.Value.ETag;
        ring.Rotate(CodecSetup.Key("2026-12", 2));
        var reports = new List<KeyRotationReport>();

        var report = await engine.Keys!.RotateAsync(new Told(reports));

        Assert.Equal(new KeyRotationReport("2026-12", Tenants, Tenants, 0), report);
        Assert.True(report.IsComplete);
        Assert.Equal([100L, 200L, 250L], reports.Select(static told => told.Subjects));
        Assert.Equal(before, (await inner.Store.GetAsync(KeyOf(7)))!.Value.ETag);
        await using var later = CodecSetup.Create(Encrypted, new Undisposed(inner), new KeyRing(CodecSetup.Key("2026-12", 2)));
        await AssertAllReadAsync(later);
        Assert.Equal(new KeyRotationReport("2026-12", Tenants, 0, 0), await later.Keys!.RotateAsync());
    }

    [Fact]
    public async Task RotateAsync_BesideWriters_LosesNothing()
    {
        await using var engine = await FilledAsync();
        await using var other = CodecSetup.Create(Encrypted with { DataKeys = new() { RotateAfterWrites = 5 } }, new Undisposed(inner), ring);
        using var stop = new CancellationTokenSource();
        var written = 0;
        var writing = Enumerable.Range(0, 4).Select(writer => Task.Run(async () =>
        {
            var random = new Random(writer);
            while (!stop.IsCancellationRequested)
            {
                var tenant = random.Next(Tenants + 50);
                await (writer % 2 == 0 ? engine : other).Store.PutAsync(KeyOf(tenant), Texts.Bytes($"{tenant}"));
                Assert.Equal($"{tenant}", Texts.Text((await (writer % 2 == 0 ? other : engine).Store.GetAsync(KeyOf(tenant)))!.Value.Value));
                Interlocked.Increment(ref written);
            }
        })).ToArray();
        for (byte i = 2; i < 6; i++)
        {
            var before = Volatile.Read(ref written);
            await Eventually.HoldsAsync(() => Volatile.Read(ref written) > before + 50 || writing.Any(static one => one.IsFaulted), "writers that go on");
            ring.Rotate(CodecSetup.Key($"key-{i}", i));
            Assert.Equal(0, (await engine.Keys!.RotateAsync()).Failed);
        }

        await stop.CancelAsync();
        await Task.WhenAll(writing);
        var last = await engine.Keys!.RotateAsync();

        Assert.True(last.IsComplete);
        await using var later = CodecSetup.Create(Encrypted, new Undisposed(inner), new KeyRing(CodecSetup.Key("key-5", 5)));
        await AssertAllReadAsync(later);
    }

    [Fact]
    public async Task RotateAsync_Stopped_CanBeRepeated()
    {
        await using var engine = await FilledAsync();
        ring.Rotate(CodecSetup.Key("2026-12", 2));
        using var stop = new CancellationTokenSource();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await engine.Keys!.RotateAsync(new Stopping(stop), stop.Token));
        await AssertAllReadAsync(engine);

        Assert.Equal(new KeyRotationReport("2026-12", Tenants, Tenants - 100, 0), await engine.Keys!.RotateAsync());
    }

    [Fact]
    public async Task RotateAsync_OneCannotBeUnwrapped_TheOthersAre_AndItIsCounted()
    {
        await using var engine = await FilledAsync();
        await inner.Store.PutAsync(DataKeyStore.Key(SubjectId.Of(new KeySubject("7")).RecordName), Texts.Bytes("rubbish"));
        ring.Rotate(CodecSetup.Key("2026-12", 2));

        var report = await engine.Keys!.RotateAsync();

        Assert.Equal((Tenants, Tenants - 1, 1, false), (report.Subjects, report.Rewrapped, report.Failed, report.IsComplete));
    }

    [Fact]
    public async Task Erased_StaysErased_ThroughARotation()
    {
        await using var engine = await FilledAsync();
        await engine.Keys!.EraseAsync(new KeySubject("3"));
        ring.Rotate(CodecSetup.Key("2026-12", 2));

        Assert.Equal(Tenants - 1, (await engine.Keys.RotateAsync()).Rewrapped);
        await EraseTests.AssertErasedAsync(async () => await engine.Store.GetAsync(KeyOf(3)));
    }

    [Fact]
    public async Task KeyEncryptionKey_NotInTheRing_IsSaid_WithTheFix()
    {
        await using var engine = await FilledAsync();
        await using var other = CodecSetup.Create(Encrypted, new Undisposed(inner), new KeyRing(CodecSetup.Key("2027-01", 3)));
        await other.OpenAsync();

        foreach (var call in (Func<Task>[])[async () => await other.Store.GetAsync(KeyOf(1)), async () => await other.Store.PutAsync(KeyOf(1), Texts.Bytes("x"))])
        {
            var error = await Assert.ThrowsAsync<StorageException>(call);
            Assert.Equal(StorageErrorKind.KeyUnknown, error.Kind);
            Assert.Contains("'2026-11'", error.Message, StringComparison.Ordinal);
            Assert.Contains("Add it to the ring", error.Message, StringComparison.Ordinal);
        }

        Assert.Equal("1", Texts.Text((await engine.Store.GetAsync(KeyOf(1)))!.Value.Value));
    }

    [Fact]
    public async Task KeyEncryptionKey_WithAnotherSecret_IsRefusedAtTheStart_AndMakesNoKeys()
    {
        await using var engine = await FilledAsync();
        await using var other = CodecSetup.Create(Encrypted, new Undisposed(inner), new KeyRing(CodecSetup.Key("2026-11", 99)));

        foreach (var call in (Func<Task>[])[async () => await other.OpenAsync(), async () => await other.Store.GetAsync(KeyOf(1)), async () => await other.Store.PutAsync(KeyOf(999), Texts.Bytes("x"))])
        {
            var error = await Assert.ThrowsAsync<StorageException>(call);
            Assert.Equal(StorageErrorKind.KeyUnknown, error.Kind);
            Assert.Contains("not the one that was used under this id before", error.Message, StringComparison.Ordinal);
        }

        Assert.Null(await inner.Store.GetAsync(DataKeyStore.Key(SubjectId.Of(new KeySubject("999")).RecordName)));
    }

    private static StoreKey KeyOf(int tenant) => new("notes", "a", $"{tenant}");

    private static async Task AssertAllReadAsync(CodecEngine engine)
    {
        for (var i = 0; i < Tenants; i++)
        {
            Assert.Equal($"{i}", Texts.Text((await engine.Store.GetAsync(KeyOf(i)))!.Value.Value));
        }
    }

    private async Task<CodecEngine> FilledAsync()
    {
        var engine = CodecSetup.Create(Encrypted, new Undisposed(inner), ring);
        for (var i = 0; i < Tenants; i++)
        {
            await engine.Store.PutAsync(KeyOf(i), Texts.Bytes($"{i}"));
        }

        return engine;
    }

    private sealed class Told(List<KeyRotationReport> reports) : IProgress<KeyRotationReport>
    {
        public void Report(KeyRotationReport value) => reports.Add(value);
    }

    private sealed class Stopping(CancellationTokenSource stop) : IProgress<KeyRotationReport>
    {
        public void Report(KeyRotationReport value) => stop.Cancel();
    }
}
