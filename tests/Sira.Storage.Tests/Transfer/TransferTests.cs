using Sira.Simulation.Time;
using Sira.Storage.Engines.Memory;
using Sira.Storage.Engines.Sqlite;
using Sira.Storage.Errors;
using Sira.Storage.Events;
using Sira.Storage.Keys;
using Sira.Storage.Tests.Engines.Sqlite;
using Sira.Storage.Tests.Migration;
using Sira.Storage.Tests.Support;
using Sira.Storage.Transfer;

namespace Sira.Storage.Tests.Transfer;

public sealed class TransferTests
{
    private const string Namespace = MigrationWorld.Namespace;
    private static readonly StoreKey Key = new(Namespace, "a");

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task MemoryToSqliteToMemory_EverythingIsThere(bool canSeek)
    {
        await using var file = new TemporaryFile();
        await using var first = new MemoryEngine();
        await using var sqlite = new SqliteEngine(new SqliteEngineOptions { Path = file.Path });
        await using var last = new MemoryEngine();
        await MigrationWorld.FillAsync(first, count: 150);

        var (once, written) = await ExportAsync(first);
        var read = await StorageImport.ReadAsync(sqlite, canSeek ? once : new OneWayStream(once));
        var (twice, _) = await ExportAsync(sqlite);
        await StorageImport.ReadAsync(last, canSeek ? twice : new OneWayStream(twice));

        Assert.Equal(written, read);
        Assert.Equal((4, 454, 9, 111), (read.Partitions, read.Values, read.Streams, read.Events));
        Assert.Equal(await first.DumpAsync(Namespace), await last.DumpAsync(Namespace));
        Assert.Equal("not moved", await last.Store.ReadAsync(new StoreKey("elsewhere", "a")));
    }

    [Fact]
    public async Task OneNamespace_TheOthersStayOut()
    {
        await using var source = new MemoryEngine();
        await using var target = new MemoryEngine();
        await MigrationWorld.FillAsync(source, count: 1);
        var stream = new MemoryStream();

        Assert.Equal(3, (await StorageExport.WriteAsync(source, stream, Namespace)).Partitions);
        stream.Position = 0;
        await StorageImport.ReadAsync(target, stream);

        Assert.Empty(await target.DumpAsync("elsewhere"));
    }

    [Fact]
    public async Task NamespaceThatIsNotThere_IsNoExport()
    {
        await using var source = new MemoryEngine();
        await source.Store.PutAsync(Key, Texts.Bytes("1"));
        var stream = new MemoryStream();

        var failed = await Assert.ThrowsAsync<TransferException>(() => StorageExport.WriteAsync(source, stream, Namespace + "s"));

        Assert.Contains($"nothing in the namespace '{Namespace}s'. Did you mean '{Namespace}'?", failed.Message, StringComparison.Ordinal);
        Assert.Equal(0, stream.Length);
    }

    [Fact]
    public async Task TimeToLive_WhatIsLeftBeginsWithTheImport_AndWhatHasExpiredStaysOut()
    {
        var time = new VirtualTimeProvider();
        await using var source = new MemoryEngine(time: time);
        await using var target = new MemoryEngine(time: time);
        await source.Store.PutAsync(Key, Texts.Bytes("1"), new() { TimeToLive = TimeSpan.FromSeconds(10) });
        await source.Store.PutAsync(Key with { Name = "short" }, Texts.Bytes("1"), new() { TimeToLive = TimeSpan.FromSeconds(3) });
        time.Advance(TimeSpan.FromSeconds(4));
        var (export, report) = await ExportAsync(source, time);
        Assert.Equal(1, report.Values);

        time.Advance(TimeSpan.FromDays(1));
        await StorageImport.ReadAsync(target, export);

        Assert.Equal(time.GetUtcNow() + TimeSpan.FromSeconds(6), (await target.Store.GetAsync(Key))!.Value.ExpiresAt);
    }

    [Fact]
    public async Task Existing_Fail_WritesNothing_Overwrite_Replaces_Skip_Leaves()
    {
        await using var source = new MemoryEngine();
        await source.Store.PutAsync(Key, Texts.Bytes("new"));
        await source.Store.PutAsync(Key with { Name = "b" }, Texts.Bytes("new"));
        await source.Events!.AppendAsync(Key, ExpectedVersion.New, [Texts.Event("new"), Texts.Event("new")]);
        await source.Events.AppendAsync(Key with { Name = "b" }, ExpectedVersion.New, [Texts.Event("new")]);
        var (export, _) = await ExportAsync(source);

        async Task<(MemoryEngine Engine, TransferReport? Report, Exception? Exception)> ImportAsync(ExistingContent existing)
        {
            var engine = new MemoryEngine();
            await engine.Store.PutAsync(Key, Texts.Bytes("old"));
            await engine.Store.PutAsync(Key with { Name = "c" }, Texts.Bytes("old"));
            await engine.Events!.AppendAsync(Key, ExpectedVersion.New, [Texts.Event("old")]);
            export.Position = 0;
            TransferReport? report = null;
            var exception = await Record.ExceptionAsync(async () => report = await StorageImport.ReadAsync(engine, export, new ImportOptions { Existing = existing }));
            return (engine, report, exception);
        }

        var (failed, _, refused) = await ImportAsync(ExistingContent.Fail);
        Assert.Contains("Overwrite", Assert.IsType<TransferException>(refused).Message, StringComparison.Ordinal);
        Assert.Null(await failed.Store.GetAsync(Key with { Name = "b" }));

        var (overwritten, replaced, _) = await ImportAsync(ExistingContent.Overwrite);
        Assert.Equal(("new", "new", "old", 2L, 0L), (await overwritten.Store.ReadAsync(Key), await overwritten.Store.ReadAsync(Key with { Name = "b" }), await overwritten.Store.ReadAsync(Key with { Name = "c" }), await overwritten.Events!.GetVersionAsync(Key), replaced!.Skipped));

        var (kept, skipped, _) = await ImportAsync(ExistingContent.Skip);
        Assert.Equal(("old", "new", 1L, 1L, 2L), (await kept.Store.ReadAsync(Key), await kept.Store.ReadAsync(Key with { Name = "b" }), await kept.Events!.GetVersionAsync(Key), await kept.Events.GetVersionAsync(Key with { Name = "b" }), skipped!.Skipped));
    }

    [Fact]
    public async Task EngineFails_AtEveryCall_NoStreamIsLeftThatLooksWhole()
    {
        await using var source = new MemoryEngine();
        await MigrationWorld.AppendAsync(source, Key, 250);
        await source.Events!.TrimAsync(Key, 30);
        var (export, _) = await ExportAsync(source);
        for (var (fails, isEnd) = (1, false); !isEnd; fails++)
        {
            await using var memory = new MemoryEngine();
            var engine = new ScriptedEngine(memory) { Before = (_, number) => number == fails ? Task.FromException(new StorageException(StorageErrorKind.Full, "x", "Full.")) : Task.CompletedTask };
            export.Position = 0;

            isEnd = await Record.ExceptionAsync(() => StorageImport.ReadAsync(engine, new OneWayStream(export))) is null;

            Assert.Equal(isEnd ? 250 : 0, await memory.Events!.GetVersionAsync(Key));
        }
    }

    [Fact]
    public async Task Cancelled_ThrowsAndReportsNothing()
    {
        await using var source = new MemoryEngine();
        await MigrationWorld.FillAsync(source);
        var (export, _) = await ExportAsync(source);
        for (var calls = 1; calls < 30; calls++)
        {
            using var cancellation = new CancellationTokenSource();
            var engine = new ScriptedEngine(new MemoryEngine())
            {
                After = (_, number) =>
                {
                    if (number == calls)
                    {
                        cancellation.Cancel();
                    }

                    return Task.CompletedTask;
                },
            };
            export.Position = 0;

            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => StorageImport.ReadAsync(engine, export, cancellationToken: cancellation.Token));
        }

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => StorageExport.WriteAsync(source, new MemoryStream(), cancellationToken: new CancellationToken(canceled: true)));
    }

    internal static async Task<(MemoryStream Export, TransferReport Report)> ExportAsync(IStorageEngine engine, TimeProvider? time = null)
    {
        var stream = new MemoryStream();
        var report = await StorageExport.WriteAsync(engine, stream, time: time);
        stream.Position = 0;
        return (stream, report);
    }
}
