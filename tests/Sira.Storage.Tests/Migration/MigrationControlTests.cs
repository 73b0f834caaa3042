using Sira.Storage.Engines.Memory;
using Sira.Storage.Engines.Sqlite;
using Sira.Storage.Keys;
using Sira.Storage.Migration;
using Sira.Storage.Tests.Engines.Sqlite;
using Sira.Storage.Tests.Support;

namespace Sira.Storage.Tests.Migration;

/// <summary>Pausing, aborting, finishing, and what is left of it after a restart.</summary>
public sealed class MigrationControlTests
{
    private const string Namespace = MigrationWorld.Namespace;
    private static readonly StoreKey Key = new(Namespace, "a");

    [Theory]
    [InlineData(MigrationPhase.Backfill)]
    [InlineData(MigrationPhase.Verify)]
    public async Task RunAsync_Cancelled_PausesIt_AndGoesOnWhenRunAgain(MigrationPhase phase)
    {
        await using var source = new MemoryEngine();
        await using var target = new MemoryEngine();
        await MigrationWorld.FillAsync(source);
        await using var engine = new MigratingEngine(source, target, Namespace, leaveOpen: true);
        var migration = new StorageMigration(engine);
        using var pause = new CancellationTokenSource();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => migration.RunAsync(
            new Told(progress =>
            {
                if (progress.Phase == phase && progress.Partitions == 2)
                {
                    pause.Cancel();
                }
            }),
            pause.Token));

        await engine.Store.PutAsync(Key, Texts.Bytes("while it paused"));
        Assert.Null(await target.Store.GetAsync(Key));
        await migration.RunAsync();
        Assert.Equal(await source.DumpAsync(Namespace), await target.DumpAsync(Namespace));
    }

    [Theory]
    [InlineData(MigrationPhase.Backfill)]
    [InlineData(MigrationPhase.Verify)]
    public async Task AbortAsync_WhileItRuns_TheSourceStays_NothingIsLeft_AndItCanBeginAnew(MigrationPhase phase)
    {
        await using var source = new MemoryEngine();
        await using var target = new MemoryEngine();
        await MigrationWorld.FillAsync(source);
        var before = await source.DumpAsync(Namespace);
        await using var engine = new MigratingEngine(source, target, Namespace, leaveOpen: true);
        var migration = new StorageMigration(engine);
        Task? aborting = null;

        await Assert.ThrowsAsync<MigrationException>(() => migration.RunAsync(new Told(progress => aborting ??= progress.Phase == phase ? migration.AbortAsync(deleteCopies: true) : null)));
        await aborting!;

        Assert.Equal(MigrationPhase.None, migration.Phase);
        Assert.Equal(before, await engine.DumpAsync(Namespace));
        Assert.Equal((0, 0, 0), ((await target.DumpAsync(Namespace)).Count, (await target.DumpAsync("sira.migrations")).Count, (await source.DumpAsync("sira.migrations")).Count));
        await migration.RunAsync();
        Assert.Equal(before, await target.DumpAsync(Namespace));
    }

    [Fact]
    public async Task AbortAsync_BehindTheCutOver_IsRefused()
    {
        await using var engine = new MigratingEngine(new MemoryEngine(), new MemoryEngine(), Namespace);
        var migration = new StorageMigration(engine);
        await Assert.ThrowsAsync<InvalidOperationException>(() => migration.FinishAsync(deleteSource: true));
        await migration.RunAsync();

        await Assert.ThrowsAsync<InvalidOperationException>(() => migration.AbortAsync(deleteCopies: true));
    }

    [Fact]
    public async Task FinishAsync_DeletesTheNamespaceFromTheSource_AndNothingElse()
    {
        await using var source = new MemoryEngine();
        await using var target = new MemoryEngine();
        await MigrationWorld.FillAsync(source);
        var before = await source.DumpAsync(Namespace);
        await using var engine = new MigratingEngine(source, target, Namespace, new MigrationOptions { PageSize = 3 }, leaveOpen: true);
        var migration = new StorageMigration(engine);
        await migration.RunAsync();

        await migration.FinishAsync(deleteSource: true);
        await migration.FinishAsync(deleteSource: true);

        Assert.Equal(MigrationPhase.Finished, migration.Phase);
        Assert.Empty(await source.DumpAsync(Namespace));
        Assert.Single(await source.DumpAsync("elsewhere"));
        Assert.Equal(before, await engine.DumpAsync(Namespace));
    }

    [Fact]
    public async Task OpenAsync_AfterARestart_TheTargetIsTheTruth_AlsoWhereTheSourceHasLostEverything()
    {
        await using var file = new TemporaryFile();
        await using var target = new SqliteEngine(new SqliteEngineOptions { Path = file.Path });
        await using (var engine = new MigratingEngine(new MemoryEngine(), target, Namespace, leaveOpen: true))
        {
            await engine.Store.PutAsync(Key, Texts.Bytes("1"));
            await new StorageMigration(engine).RunAsync();
        }

        await using var restarted = new MigratingEngine(new MemoryEngine(), target, Namespace, leaveOpen: true);
        Assert.Equal("1", await restarted.Store.ReadAsync(Key));
        Assert.Equal(MigrationPhase.CutOver, (await new StorageMigration(restarted).RunAsync()).Phase);
    }

    [Fact]
    public async Task RunAsync_ThereBackAndThereAgain_NoRecordOfBeforeIsTakenForThisOne()
    {
        await using var one = new MemoryEngine();
        await using var other = new MemoryEngine();
        var options = new MigrationOptions { ReplaceTarget = true };
        await one.Store.PutAsync(Key, Texts.Bytes("0"));
        for (var round = 1; round < 6; round++)
        {
            var (source, target) = round % 2 == 1 ? (one, other) : (other, one);
            await using var engine = new MigratingEngine(source, target, Namespace, options, leaveOpen: true);
            Assert.Equal($"{round - 1}", await engine.Store.ReadAsync(Key));
            await new StorageMigration(engine).RunAsync();
            await engine.Store.PutAsync(Key, Texts.Bytes($"{round}"));

            await using var restarted = new MigratingEngine(source, target, Namespace, options, leaveOpen: true);
            Assert.Equal($"{round}", await restarted.Store.ReadAsync(Key));
        }
    }

    [Fact]
    public void Constructor_ImpossibleMigrations_AreRefused()
    {
        var memory = new MemoryEngine();
        Assert.Throws<ArgumentException>(() => new MigratingEngine(memory, memory, Namespace));
        Assert.Throws<ArgumentException>(() => new MigratingEngine(memory, new MemoryEngine(), "sira.migrations"));
        Assert.Throws<ArgumentException>(() => new MigratingEngine(memory, new MemoryEngine(), "No Namespace"));
        var lacking = new ScriptedEngine(new MemoryEngine(), without: Capabilities.StorageFeatures.TimeToLive);
        Assert.Contains("TimeToLive", Assert.Throws<ArgumentException>(() => new MigratingEngine(memory, lacking, Namespace)).Message, StringComparison.Ordinal);
        var options = new MigrationOptions { PageSize = 0, MirrorTimeout = TimeSpan.Zero, ExpiryTolerance = TimeSpan.FromSeconds(-1), MaximumPasses = 0, MaximumDifferences = -1 };
        Assert.Equal(5, Assert.Throws<Kernel.Configuration.SiraConfigurationException>(() => new MigratingEngine(memory, new MemoryEngine(), Namespace, options)).Errors.Count);
    }
}
