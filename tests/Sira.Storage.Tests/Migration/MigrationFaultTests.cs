using System.Globalization;
using Sira.Storage.Engines.Memory;
using Sira.Storage.Errors;
using Sira.Storage.Keys;
using Sira.Storage.Migration;
using Sira.Storage.Tests.Support;

namespace Sira.Storage.Tests.Migration;

/// <summary>Engines that fail, hang or die at every call in turn.</summary>
public sealed class MigrationFaultTests
{
    private const string Namespace = MigrationWorld.Namespace;
    private static readonly StoreKey Key = new(Namespace, "written meanwhile");

    [Theory]
    [InlineData(StorageErrorKind.Full, false)]
    [InlineData(StorageErrorKind.Unavailable, true)]
    public async Task TargetFails_AtEveryCall_NoWriteDoes_AndTheNextRunMakesIt(StorageErrorKind kind, bool isMade)
    {
        for (var (fails, isEnd) = (1, false); !isEnd; fails++)
        {
            await using var source = new MemoryEngine();
            await MigrationWorld.FillAsync(source, count: 2);
            var target = new ScriptedEngine(new MemoryEngine());
            Task FailAsync(string name, int number) => number == fails ? Task.FromException(new StorageException(kind, "target", "Down.") { IsUncertain = isMade }) : Task.CompletedTask;
            _ = isMade ? target.After = FailAsync : target.Before = FailAsync;
            await using var engine = new MigratingEngine(source, target, Namespace, new MigrationOptions { PageSize = 2, ReplaceTarget = true });
            var migration = new StorageMigration(engine);
            string? written = null;

            var exception = await Record.ExceptionAsync(() => migration.RunAsync(new Told(_ => engine.Store.PutAsync(Key, Texts.Bytes(written = $"{int.Parse(written ?? "0", CultureInfo.InvariantCulture) + 1}")).AsTask().Wait())));
            isEnd = exception is null;
            Assert.True(exception is null or MigrationException, $"{exception}");
            if (exception is not null && migration.Phase < MigrationPhase.CutOver)
            {
                Assert.Equal(written, await source.Store.ReadAsync(Key));
            }

            Assert.Equal(written, await engine.Store.ReadAsync(Key));
            await engine.Store.PutAsync(Key, Texts.Bytes("after"));
            await migration.RunAsync();
            Assert.Equal("after", await target.Store.ReadAsync(Key));
            var expected = await source.DumpAsync(Namespace);
            Assert.Equal(expected.Where(static line => !line.Contains(Key.Name, StringComparison.Ordinal)), (await target.DumpAsync(Namespace)).Where(static line => !line.Contains(Key.Name, StringComparison.Ordinal)));
            Assert.True(fails < 2000, "It never came to an end.");
        }
    }

    [Fact]
    public async Task ProcessDies_AtEveryCall_NothingAcknowledgedIsLost_AndTheNextGoesOn()
    {
        for (var (dies, isEnd) = (1, false); !isEnd; dies++)
        {
            // Of memory, but outliving the process: as the source says so, its record is believed.
            var (source, target) = (new MemoryEngine(), new MemoryEngine());
            await MigrationWorld.FillAsync(source, count: 2);
            var expected = await source.DumpAsync(Namespace);
            var calls = 0;
            Task DieAsync(string name, int number) => Interlocked.Increment(ref calls) >= dies ? Task.FromException(new StorageException(StorageErrorKind.Unavailable, "x", "Dead.") { IsUncertain = true }) : Task.CompletedTask;
            var before = new MigratingEngine(new ScriptedEngine(source) { Before = DieAsync }, new ScriptedEngine(target) { Before = DieAsync }, Namespace, new MigrationOptions { PageSize = 2 });
            string? acknowledged = null;
            var number = 0;
            var exception = await Record.ExceptionAsync(() => new StorageMigration(before).RunAsync(new Told(_ =>
            {
                if (before.Store.PutAsync(Key, Texts.Bytes($"{++number}")).AsTask().ContinueWith(static put => put.IsCompletedSuccessfully, TaskScheduler.Default).Result)
                {
                    acknowledged = $"{number}";
                }
            })));
            isEnd = exception is null;

            await using var after = new MigratingEngine(source, target, Namespace, new MigrationOptions { PageSize = 2, ReplaceTarget = true });
            var found = await after.Store.ReadAsync(Key);
            Assert.True(found == acknowledged || found == $"{number}", $"Acknowledged was {acknowledged}, and there is {found} (call {dies}).");
            await new StorageMigration(after).RunAsync();
            Assert.Equal(found, await target.Store.ReadAsync(Key));
            Assert.Equal(expected, (await target.DumpAsync(Namespace)).Where(static line => !line.Contains(Key.Name, StringComparison.Ordinal)));
            Assert.True(dies < 2000, "It never came to an end.");
        }
    }

    [Fact]
    public async Task TargetHangs_TheWriteIsAcknowledged_TheMigrationStops_AndWhatHungCannotComeLate()
    {
        await using var source = new MemoryEngine();
        await MigrationWorld.FillAsync(source, count: 2);
        var target = new ScriptedEngine(new MemoryEngine());
        await using var engine = new MigratingEngine(source, target, Namespace, new MigrationOptions { MirrorTimeout = TimeSpan.FromMilliseconds(50) });
        var migration = new StorageMigration(engine);
        var release = new TaskCompletionSource();

        var stopped = await Assert.ThrowsAsync<MigrationException>(() => migration.RunAsync(new Told(progress =>
        {
            if (progress is { Phase: MigrationPhase.Verify })
            {
                target.Before = (name, _) => name == "put" ? release.Task : Task.CompletedTask;
                Assert.True(engine.Store.PutAsync(Key, Texts.Bytes("old")).AsTask().Result.IsDone);
            }
        })));
        Assert.Equal(StorageErrorKind.Timeout, Assert.IsType<StorageException>(stopped.InnerException).Kind);
        await engine.Store.PutAsync(Key, Texts.Bytes("new"));

        target.Before = static (_, _) => Task.CompletedTask;
        var again = migration.RunAsync();
        Assert.False(again.IsCompleted);
        release.SetResult();
        await again;
        Assert.Equal("new", await engine.Store.ReadAsync(Key));
    }

    [Fact]
    public async Task SourceHangsInOneWrite_TheMigrationStops_AndTheOthersGoOn()
    {
        var source = new ScriptedEngine(new MemoryEngine());
        await using var engine = new MigratingEngine(source, new MemoryEngine(), Namespace, new MigrationOptions { MirrorTimeout = TimeSpan.FromMilliseconds(50) });
        await engine.OpenAsync();
        var release = new TaskCompletionSource();
        source.Before = (name, _) => name == "delete" ? release.Task : Task.CompletedTask;
        var hanging = engine.Store.DeleteAsync(Key).AsTask();

        var stopped = await Assert.ThrowsAsync<MigrationException>(() => new StorageMigration(engine).RunAsync());

        Assert.Equal(StorageErrorKind.Busy, Assert.IsType<StorageException>(stopped.InnerException).Kind);
        Assert.True((await engine.Store.PutAsync(Key, Texts.Bytes("1"))).IsDone);
        release.SetResult();
        await hanging;
        await new StorageMigration(engine).RunAsync();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task CutOver_SourceDoesNotSayWhetherItNotedIt_NobodyWritesBeforeThatIsKnown(bool isMade)
    {
        var source = new ScriptedEngine(new MemoryEngine());
        await using var inner = new MemoryEngine();
        await using var engine = new MigratingEngine(source, inner, Namespace);
        await engine.Store.PutAsync(Key, Texts.Bytes("1"));
        await using var subscription = await engine.Changes!.SubscribeAsync(Key.Partition);
        var (puts, isDead) = (0, false);
        Task DieAsync(string name, int number)
        {
            // The third record that is put is that of the cut-over.
            isDead |= name == "put" && ++puts == 3;
            return isDead ? Task.FromException(new StorageException(StorageErrorKind.Timeout, "source", "Silent.") { IsUncertain = true }) : Task.CompletedTask;
        }

        _ = isMade ? source.After = DieAsync : source.Before = DieAsync;
        await Assert.ThrowsAsync<MigrationException>(() => new StorageMigration(engine).RunAsync());
        await Assert.ThrowsAsync<StorageException>(async () => await engine.Store.PutAsync(Key, Texts.Bytes("2")));

        // Who listened is not left with the wrong engine.
        await foreach (var _ in subscription)
        {
            // What was told before.
        }

        source.Before = source.After = static (_, _) => Task.CompletedTask;
        await engine.Store.PutAsync(Key, Texts.Bytes("3"));
        Assert.Equal(isMade ? "3" : "1", await inner.Store.ReadAsync(Key));
        Assert.Equal("3", await engine.Store.ReadAsync(Key));
        await new StorageMigration(engine).RunAsync();
        Assert.Equal("3", await inner.Store.ReadAsync(Key));
    }
}
