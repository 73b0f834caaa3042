using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Sira.Kernel.Builder;
using Sira.Kernel.Configuration;
using Sira.Simulation.Time;
using Sira.Storage.Capabilities;
using Sira.Storage.Codecs.Encryption;
using Sira.Storage.Engines.Memory;
using Sira.Storage.Engines.Sqlite;
using Sira.Storage.Errors;
using Sira.Storage.Keys;
using Sira.Storage.LargeValues;
using Sira.Storage.Layers;
using Sira.Storage.Tests.Support;
using Sira.Storage.Transfer;
using Sira.Testing;

namespace Sira.Storage.Tests.LargeValues;

public sealed class LargeValueHostingTests : IAsyncDisposable
{
    private static readonly StoreKey Key = new("notes", "u1/a", "acme");

    private readonly TemporaryFile main = new();
    private readonly TemporaryFile blobs = new();
    private readonly VirtualTimeProvider clock = new();

    public async ValueTask DisposeAsync()
    {
        await main.DisposeAsync();
        await blobs.DisposeAsync();
    }

    [Fact]
    public async Task Configuration_KeepsLargeValuesInTheOtherEngine_UnderTheCache()
    {
        await using var services = OnDisk(("Storage:LargeValues:MAIN:Engine", "blobs"), ("Storage:LargeValues:MAIN:Over", "100"), ("Storage:LargeValues:MAIN:Namespaces:0", "note*"), ("Storage:Layers:main:MaximumBytes", "100000"));
        var storage = services.GetRequiredService<ISiraStorage>();
        var store = storage.For("notes").Store;

        await store.PutAsync(Key, new byte[1000]);
        await store.PutAsync(Key with { Namespace = "other" }, new byte[1000]);

        Assert.IsType<LayeredStore>(store);
        Assert.Equal(["u1/a"], await SplitEngines.LargeAsync(storage.Engine("blobs")));
        Assert.Equal(1000, (await store.GetAsync(Key))!.Value.Value.Length);
        Assert.Equal("main", Assert.Single(storage.LargeValues).Key);
        var seen = new List<StorePartition>();
        await foreach (var partition in services.GetRequiredService<IStorageEngine>().ListPartitionsAsync())
        {
            seen.Add(partition);
        }

        Assert.Equal([Key.Partition, new StorePartition("other", "acme")], seen.OrderBy(static partition => partition.Namespace));
    }

    [Fact]
    public async Task Code_AndFile_MeanTheSame_FileWins()
    {
        await using var services = Build(
            static sira => sira.AddMemoryStorage("main").AddMemoryStorage("blobs").AddStorage(static storage => storage.LargeValues["main"] = new() { Engine = "blobs", Over = 100 }),
            ("Storage:LargeValues:main:Over", "500"));
        var storage = services.GetRequiredService<ISiraStorage>();

        await storage.For("notes").Store.PutAsync(Key, new byte[400]);
        Assert.Empty(await SplitEngines.LargeAsync(storage.Engine("blobs")));
        await storage.For("notes").Store.PutAsync(Key, new byte[600]);
        Assert.Single(await SplitEngines.LargeAsync(storage.Engine("blobs")));
    }

    [Fact]
    public async Task Mistakes_AreReportedTogether_WithTheirFix()
    {
        await using var services = Build(
            static sira => sira.AddMemoryStorage("one").AddMemoryStorage("two").AddMemoryStorage("three").AddMemoryStorage("four"),
            ("Storage:LargeValues:one:Engine", "blob"),
            ("Storage:LargeValues:one:Over", "0"),
            ("Storage:LargeValues:two:Engine", "two"),
            ("Storage:LargeValues:two:GarbageAge", "1s"),
            ("Storage:LargeValues:three:Engine", "two"),
            ("Storage:LargeValues:three:Overr", "1"),
            ("Storage:LargeValues:fuor:Engine", "four"));

        var failed = Assert.Throws<SiraConfigurationException>(() => services.GetRequiredService<ISiraStorage>());

        foreach (var part in (string[])[
            "LargeValues:one:Engine", "'blob'", "LargeValues:one:Over: 0 is out of range", "'two' would keep its large values in itself", "GarbageAge: 00:00:01 is out of range. Use 1 minute to 24 days",
            "'two' keeps large values in another engine itself", "Overr", "'fuor'. Did you mean 'four'?"])
        {
            Assert.Contains(part, failed.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Engines_ThatDoNotGoTogether_StopTheStart()
    {
        await using var services = Build(
            sira => sira
                .AddSqliteStorage("main", new SqliteEngineOptions { Path = main.Path })
                .AddStorageEngine("blobs", static _ => new ScriptedEngine(new MemoryEngine(), without: StorageFeatures.Scan))
                .AddMemoryStorage("fast")
                .AddSqliteStorage("files", new SqliteEngineOptions { Path = blobs.Path }),
            ("Storage:LargeValues:main:Engine", "blobs"),
            ("Storage:LargeValues:main:Over", "16777216"),
            ("Storage:LargeValues:fast:Engine", "files"),
            ("Storage:Migrations:notes", "nowhere"));

        var failed = Assert.Throws<SiraConfigurationException>(() => services.GetRequiredService<ISiraStorage>());

        foreach (var part in (string[])[
            "LargeValues:main:Engine: the engine 'memory' does not have Scan", "survive Process at most, and those to 'main' survive ProcessCrash", "no value is over 16777216 bytes",
            "LargeValues:fast:Engine: the engine 'fast' forgets everything with the process"])
        {
            Assert.Contains(part, failed.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(null)]
    [InlineData("u1")]
    public async Task EraseAsync_ReachesTheLargeValues_AndNobodyElses(string? subject)
    {
        (string, string)[] settings =
        [
            ("Storage:LargeValues:main:Engine", "blobs"), ("Storage:LargeValues:main:Over", "100"), ("Storage:Codec:Namespaces:notes:Encryption", "AesGcm"),
            ("Storage:KeyRing:Current", "k1"), ("Storage:KeyRing:Keys:k1:Secret", Convert.ToBase64String(new byte[32])),
        ];
        var (other, secret) = (Key with { Name = subject is null ? "u1/a" : "u2/a", Tenant = subject is null ? "other" : "acme" }, string.Concat(Enumerable.Repeat("a very secret sentence ", 20)));
        await using (var services = OnDisk(subject is null ? null : SubjectRule.FirstSegment("notes"), settings))
        {
            var storage = services.GetRequiredService<ISiraStorage>();
            var store = storage.For("notes").Store;
            await store.PutAsync(Key, System.Text.Encoding.UTF8.GetBytes(secret));
            await store.PutAsync(other, System.Text.Encoding.UTF8.GetBytes(secret));
            var large = storage.Engine("blobs");
            var name = await LargeKeyAsync(large, Key);

            await storage.EraseAsync(Key.Partition, subject is null ? null : "notes", subject);

            Assert.Equal(StorageErrorKind.KeyUnknown, (await Assert.ThrowsAsync<StorageException>(async () => await store.GetAsync(Key))).Kind);
            Assert.Equal(StorageErrorKind.KeyUnknown, (await Assert.ThrowsAsync<StorageException>(async () => await large.Store.GetAsync(name))).Kind);
            Assert.NotNull(await store.GetAsync(other));
            Assert.True((await store.DeleteAsync(Key)).IsDone);
            await store.PutAsync(Key, new byte[1000]);
            Assert.Equal(1000, (await store.GetAsync(Key))!.Value.Value.Length);
        }

        foreach (var path in Directory.GetFiles(Path.GetDirectoryName(main.Path)!).Concat(Directory.GetFiles(Path.GetDirectoryName(blobs.Path)!)))
        {
            Assert.Equal(-1, (await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken)).AsSpan().IndexOf("secret sentence"u8));
        }
    }

    [Fact]
    public async Task EraseAsync_WhileTheNamespaceIsMigrated_ReachesBothEngines()
    {
        await using var services = OnDisk(
            ("Storage:Migrations:notes", "blobs"), ("Storage:Codec:Encryption", "AesGcm"),
            ("Storage:KeyRing:Current", "k1"), ("Storage:KeyRing:Keys:k1:Secret", Convert.ToBase64String(new byte[32])));
        var storage = services.GetRequiredService<ISiraStorage>();
        await storage.For("notes").Store.PutAsync(Key, "1"u8.ToArray());

        await storage.EraseAsync(Key.Partition);

        Assert.Equal(StorageErrorKind.KeyUnknown, (await Assert.ThrowsAsync<StorageException>(async () => await storage.For("notes").Store.GetAsync(Key))).Kind);
    }

    [Fact]
    public async Task Migration_AndExport_SeeThroughIt_AndLeaveNothingBehind()
    {
        await using var services = Build(
            static sira => sira.AddMemoryStorage("main").AddMemoryStorage("blobs").AddMemoryStorage("next"),
            ("Storage:LargeValues:main:Engine", "blobs"), ("Storage:LargeValues:main:Over", "100"), ("Storage:Migrations:notes", "next"));
        var storage = services.GetRequiredService<ISiraStorage>();
        await storage.For("notes").Store.PutAsync(Key, new byte[1000]);
        using var file = new MemoryStream();
        var report = await StorageExport.WriteAsync(services.GetRequiredService<IStorageEngine>(), file, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal((1, 1, 1000), (report.Partitions, report.Values, report.Bytes));

        await storage.Migrations["notes"].RunAsync(cancellationToken: TestContext.Current.CancellationToken);
        await storage.Migrations["notes"].FinishAsync(deleteSource: true, TestContext.Current.CancellationToken);

        Assert.Equal(1000, (await storage.Engine("next").Store.GetAsync(Key))!.Value.Value.Length);
        Assert.Empty(await SplitEngines.LargeAsync(storage.Engine("blobs")));
    }

    [Fact]
    public async Task Host_SweepsByItself()
    {
        await using var services = Build(
            static sira => sira.AddMemoryStorage("main").AddMemoryStorage("blobs"),
            ("Storage:LargeValues:main:Engine", "blobs"), ("Storage:LargeValues:main:Over", "100"), ("Storage:LargeValues:main:SweepInterval", "6h"));
        var storage = services.GetRequiredService<ISiraStorage>();
        await storage.Engine("main").Store.PutAsync(Key, new byte[1000]);
        var blob = await LargeKeyAsync(storage.Engine("blobs"), Key);
        await storage.Engine("main").Store.DeleteAsync(Key);
        await storage.Engine("blobs").Store.PutAsync(blob, new byte[1000]);
        var sweeper = services.GetServices<IHostedService>().Single(static service => service.GetType().Name == "LargeValueSweeper");

        await sweeper.StartAsync(TestContext.Current.CancellationToken);
        await Eventually(() => clock.ActiveTimers > 0);
        clock.Advance(TimeSpan.FromMinutes(10));
        await Eventually(() => clock.NextTimer == TimeSpan.FromHours(6));
        Assert.NotNull(await storage.Engine("blobs").Store.GetAsync(blob));
        clock.Advance(TimeSpan.FromHours(6));
        await Eventually(() => clock.NextTimer == TimeSpan.FromHours(6));

        Assert.Null(await storage.Engine("blobs").Store.GetAsync(blob));
        await sweeper.StopAsync(TestContext.Current.CancellationToken);
    }

    private static async Task Eventually(Func<bool> condition)
    {
        while (!condition())
        {
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }
    }

    private static async Task<StoreKey> LargeKeyAsync(IStorageEngine large, StoreKey key)
    {
        var partition = new StorePartition("sira.large." + key.Namespace, key.Tenant);
        return partition.Key((await large.Store.ScanAsync(new StoreScan(partition, key.Name + ".") { KeysOnly = true })).Items.Single().Name);
    }

    private ServiceProvider OnDisk(params (string Key, string Value)[] settings) => OnDisk(null, settings);

    private ServiceProvider OnDisk(SubjectRule? rule, (string Key, string Value)[] settings) => Build(
        sira =>
        {
            sira.AddSqliteStorage("main", new SqliteEngineOptions { Path = main.Path }).AddSqliteStorage("blobs", new SqliteEngineOptions { Path = blobs.Path });
            if (rule is not null)
            {
                sira.Services.AddSingleton(rule);
            }
        },
        settings);

    private ServiceProvider Build(Action<ISiraBuilder> configure, params (string Key, string Value)[] settings)
    {
        var services = new ServiceCollection().AddLogging();
        services.AddSingleton<TimeProvider>(clock).AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(settings.Select(static setting => KeyValuePair.Create($"Sira:{setting.Key}", (string?)setting.Value))).Build());
        services.AddSira(configure).AddBackend("mine", static _ => new ScriptedChatClient());
        return services.BuildServiceProvider();
    }
}
