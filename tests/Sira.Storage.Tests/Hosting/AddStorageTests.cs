using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Sira.Kernel.Configuration;
using Sira.Storage.Capabilities;
using Sira.Storage.Engines.Memory;
using Sira.Storage.Engines.Sqlite;
using Sira.Storage.Errors;
using Sira.Storage.Hosting;
using Sira.Storage.Keys;
using Sira.Storage.Layers;
using Sira.Storage.Routing;
using Sira.Storage.Writing;
using Sira.Testing;

namespace Sira.Storage.Tests.Hosting;

public sealed class AddStorageTests : IAsyncDisposable
{
    private readonly TemporaryFile file = new();

    public ValueTask DisposeAsync() => file.DisposeAsync();

    [Fact]
    public async Task CodeAndFile_MeanTheSame_FileWins()
    {
        await using var services = Build(
            sira => sira.AddMemoryStorage("fast").AddSqliteStorage("main", new SqliteEngineOptions { Path = "nowhere/at/all.db" }).AddStorage(static storage => storage.Rules.Add(new StorageRule { Namespace = "*", Engine = "fast" })),
            ("Storage:Engines:main:Path", file.Path),
            ("Storage:Engines:main:Durability", "PowerLoss"),
            ("Storage:Engines:extra:Kind", "memory"),
            ("Storage:Rules:0:Namespace", "sessions*"),
            ("Storage:Rules:0:Engine", "main"));
        var storage = services.GetRequiredService<ISiraStorage>();

        Assert.Equal(["fast", "main", "extra"], storage.Engines.Select(static engine => engine.Name));
        Assert.Equal(StorageDurability.PowerLoss, storage.Engine("MAIN").Capabilities.DefaultDurability);
        Assert.Same(storage.Engine("main"), storage.For("sessions"));
        Assert.Same(storage.Engine("fast"), storage.For("cache"));
        Assert.Same(storage.Engine("extra"), services.GetRequiredKeyedService<IStorageEngine>("extra"));

        var whole = services.GetRequiredService<IStorageEngine>();
        await whole.Store.PutAsync(new StoreKey("sessions", "a"), "1"u8.ToArray());
        await whole.Store.PutAsync(new StoreKey("cache", "a"), "1"u8.ToArray());

        Assert.NotNull(await storage.Engine("main").Store.GetAsync(new StoreKey("sessions", "a")));
        Assert.NotNull(await storage.Engine("fast").Store.GetAsync(new StoreKey("cache", "a")));
        Assert.True(File.Exists(file.Path));
    }

    [Fact]
    public async Task Routed_BatchOverTwoEngines_IsRefused_NothingIsWritten()
    {
        await using var services = Build(sira => sira.AddMemoryStorage("one").AddMemoryStorage("two").AddStorage(static storage => storage.Rules.Add(new StorageRule { Namespace = "b", Engine = "two" })));
        var whole = services.GetRequiredService<IStorageEngine>();

        var failed = await Assert.ThrowsAsync<NotSupportedException>(async () => await whole.Store.WriteAsync(new StoreBatch().Put(new StoreKey("a", "x"), default).Put(new StoreKey("b", "x"), default)));

        Assert.Contains("'a: x', which the engine 'one' keeps, and 'b: x', which 'two' does", failed.Message, StringComparison.Ordinal);
        Assert.Null(await whole.Store.GetAsync(new StoreKey("a", "x")));
        Assert.True((await whole.Store.WriteAsync(new StoreBatch().Put(new StoreKey("a", "x"), default).Put(new StoreKey("a", "y"), default))).IsDone);
    }

    [Fact]
    public async Task Mistakes_OfTheFile_AreReportedTogether()
    {
        await using var services = Build(
            static sira => sira.AddSqliteStorage("main"),
            ("Storage:Engines:main:Kind", "Memory"),
            ("Storage:Engines:main:MaximumReaders", "0"),
            ("Storage:Engines:other:Kind", "Sqlit"),
            ("Storage:Engines:third:Path", "x.db"),
            ("Storage:Rules:0:Enigne", "main"));

        var failed = Assert.Throws<SiraConfigurationException>(() => services.GetRequiredService<ISiraStorage>());

        foreach (var part in (string[])["'Memory' is asked, but code has added the engine 'main' as Sqlite", "MaximumReaders", "'Sqlit' is unknown. Did you mean 'Sqlite'?", "Sira:Storage:Engines:third:Kind: is missing", "Enigne"])
        {
            Assert.Contains(part, failed.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Needs_ThatAreNotMet_StopTheStart_WithTheFix()
    {
        await using var without = Build(static sira => sira.Services.AddSingleton(new StorageNeed("sessions", "sessions", StorageFeatures.EventLog)));
        await using var wrong = Build(static sira => sira.AddMemoryStorage().Services.AddSingleton(new StorageNeed("the journal", "bus", StorageFeatures.AtomicAppend, StorageDurability.ProcessCrash)));

        var none = Assert.Throws<SiraConfigurationException>(() => without.GetRequiredService<ISiraStorage>());
        var lacks = Assert.Throws<SiraConfigurationException>(() => wrong.GetRequiredService<ISiraStorage>());

        Assert.Contains("sessions needs storage, and there is no engine. Add one: AddSqliteStorage()", none.Message, StringComparison.Ordinal);
        Assert.Contains("the journal keeps the namespace 'bus' in the engine 'memory', which has writes that survive Process at most, and ProcessCrash is asked", lacks.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task NoEngine_IsNoStorage_ForThoseWhoCanDoWithout()
    {
        await using var services = Build(static _ => { });

        Assert.Null(services.GetService<IStorageEngine>());
        Assert.Empty(services.GetRequiredService<ISiraStorage>().Engines);
        Assert.Contains("AddSqliteStorage()", Assert.Throws<InvalidOperationException>(() => services.GetRequiredService<ISiraStorage>().For("a")).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(StorageStart.Require)]
    [InlineData(StorageStart.Try)]
    public async Task Start_EngineThatCannotBeOpened_StopsTheHost_UnlessItIsOnlyTried(StorageStart start)
    {
        await using var services = Build(sira => sira.AddSqliteStorage("main", new SqliteEngineOptions { Path = Path.Combine(file.Path, "no.db") }).AddStorage(storage => storage.Start = start));
        var startup = services.GetServices<IHostedService>().Single(static service => service.GetType().Name == "StorageStartup");

        var failed = await Record.ExceptionAsync(() => startup.StartAsync(TestContext.Current.CancellationToken));

        Assert.Equal(start is StorageStart.Require, failed is StorageException { Kind: StorageErrorKind.Unavailable });
        Directory.CreateDirectory(file.Path);
        Assert.Null(await services.GetRequiredService<IStorageEngine>().Store.GetAsync(new StoreKey("a", "x")));
        Directory.Delete(file.Path, recursive: true);
    }

    [Fact]
    public async Task Encryption_OfTheFile_LeavesNoPlainText_AndErasingMakesItUnreadable()
    {
        (string, string)[] settings =
        [
            ("Storage:Codec:Encryption", "AesGcm"), ("Storage:Codec:Compression", "Brotli"), ("Storage:KeyRing:Current", "k1"),
            ("Storage:KeyRing:Keys:k1:Secret", Convert.ToBase64String(new byte[32].Select(static (_, i) => (byte)i).ToArray())),
        ];
        var (key, other) = (new StoreKey("notes", "a", "acme"), new StoreKey("notes", "a", "other"));
        await using (var services = Build(sira => sira.AddSqliteStorage("main", new SqliteEngineOptions { Path = file.Path }), settings))
        {
            var storage = services.GetRequiredService<ISiraStorage>();
            await storage.For("notes").Store.PutAsync(key, "a very secret sentence"u8.ToArray());
            await storage.For("notes").Store.PutAsync(other, "another secret sentence"u8.ToArray());
            await storage.EraseAsync(key.Partition);

            Assert.Equal(StorageErrorKind.KeyUnknown, (await Assert.ThrowsAsync<StorageException>(async () => await storage.For("notes").Store.GetAsync(key))).Kind);
            Assert.NotNull(await storage.For("notes").Store.GetAsync(other));
        }

        foreach (var path in Directory.GetFiles(Path.GetDirectoryName(file.Path)!))
        {
            Assert.Equal(-1, (await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken)).AsSpan().IndexOf("secret sentence"u8));
        }
    }

    [Fact]
    public async Task Damage_InAValue_IsFoundWithoutAnythingConfigured()
    {
        var key = new StoreKey("notes", "a");
        await using (var services = Build(sira => sira.AddSqliteStorage("main", new SqliteEngineOptions { Path = file.Path })))
        {
            await services.GetRequiredService<IStorageEngine>().Store.PutAsync(key, "the quick brown fox"u8.ToArray());
        }

        var bytes = await File.ReadAllBytesAsync(file.Path, TestContext.Current.CancellationToken);
        bytes[bytes.AsSpan().IndexOf("quick brown"u8)] ^= 1;
        await File.WriteAllBytesAsync(file.Path, bytes, TestContext.Current.CancellationToken);

        await using var again = Build(sira => sira.AddSqliteStorage("main", new SqliteEngineOptions { Path = file.Path }));
        var failed = await Assert.ThrowsAsync<StorageException>(async () => await again.GetRequiredService<IStorageEngine>().Store.GetAsync(key));

        Assert.Equal(StorageErrorKind.Corrupt, failed.Kind);
        Assert.Contains("notes: a", failed.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("true", false)]
    [InlineData("false", true)]
    public async Task SecureDelete_OfTheFile_DecidesWhetherDeletedWordsStayThere(string secureDelete, bool isThere)
    {
        var key = new StoreKey("notes", "a");
        await using (var services = Build(sira => sira.AddSqliteStorage("main", new SqliteEngineOptions { Path = file.Path }), ("Storage:Engines:main:SecureDelete", secureDelete)))
        {
            var store = services.GetRequiredService<IStorageEngine>().Store;
            await store.PutAsync(key, "the quick brown fox"u8.ToArray());
            await store.DeleteAsync(key);
        }

        Assert.Equal(isThere, (await File.ReadAllBytesAsync(file.Path, TestContext.Current.CancellationToken)).AsSpan().IndexOf("quick brown"u8) >= 0);
    }

    [Fact]
    public async Task Layer_BeforeAnEngine_StandsThere()
    {
        await using var services = Build(static sira => sira.AddMemoryStorage("main").AddMemoryStorage("bare"), ("Storage:Layers:main:MaximumBytes", "1000000"));
        var storage = services.GetRequiredService<ISiraStorage>();
        var layered = storage.Engine("main").Store;
        await layered.PutAsync(new StoreKey("a", "x"), "1"u8.ToArray());

        Assert.IsType<LayeredStore>(layered);
        Assert.IsNotType<LayeredStore>(storage.Engine("bare").Store);
        Assert.NotNull(await layered.GetAsync(new StoreKey("a", "x")));
    }

    [Fact]
    public async Task Migration_OfANamespace_MovesItWhileItIsUsed()
    {
        await using var services = Build(
            static sira => sira.AddMemoryStorage("old").AddMemoryStorage("new"),
            ("Storage:Migrations:notes", "new"));
        var storage = services.GetRequiredService<ISiraStorage>();
        var key = new StoreKey("notes", "a", "acme");
        await storage.For("notes").Store.PutAsync(key, "1"u8.ToArray());
        await storage.For("other").Store.PutAsync(new StoreKey("other", "a"), "1"u8.ToArray());

        await storage.Migrations["notes"].RunAsync(cancellationToken: TestContext.Current.CancellationToken);
        await storage.For("notes").Store.PutAsync(key with { Name = "b" }, "2"u8.ToArray());

        Assert.Equal(2, (await storage.Engine("new").Store.ScanAsync(new StoreScan(key.Partition), TestContext.Current.CancellationToken)).Items.Count);
        Assert.Null(await storage.Engine("old").Store.GetAsync(key with { Name = "b" }));
        Assert.NotNull(await storage.Engine("old").Store.GetAsync(new StoreKey("other", "a")));
        Assert.NotNull(await services.GetRequiredService<IStorageEngine>().Store.GetAsync(key with { Name = "b" }));
    }

    [Fact]
    public async Task Migration_ToNowhere_IsAMistake()
    {
        await using var services = Build(static sira => sira.AddMemoryStorage("old"), ("Storage:Migrations:notes", "nwe"), ("Storage:Migrations:other", "old"));

        var failed = Assert.Throws<SiraConfigurationException>(() => services.GetRequiredService<ISiraStorage>());

        Assert.Contains("nwe", failed.Message, StringComparison.Ordinal);
        Assert.Contains("the namespace is not kept by one engine other than 'old'", failed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void SameName_Twice_IsRefused()
    {
        var failed = Assert.Throws<ArgumentException>(() => Build(static sira => sira.AddMemoryStorage("a").AddSqliteStorage("A")));

        Assert.Contains("A storage engine 'A' was added before", failed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Container_DisposedOfWithoutAwait_ClosesTheEngines()
    {
        MemoryEngine? made = null;
        using (var services = Build(sira => sira.AddStorageEngine("mine", _ => made = new MemoryEngine())))
        {
            services.GetRequiredKeyedService<IStorageEngine>("mine");
        }

        Assert.Equal(StorageErrorKind.Closed, (await Assert.ThrowsAsync<StorageException>(async () => await made!.Store.GetAsync(new StoreKey("a", "x")))).Kind);
    }

    private static ServiceProvider Build(Action<Sira.Kernel.Builder.ISiraBuilder> configure, params (string Key, string Value)[] settings)
    {
        var services = new ServiceCollection().AddLogging();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(settings.Select(static setting => KeyValuePair.Create($"Sira:{setting.Key}", (string?)setting.Value))).Build());
        services.AddSira(configure).AddBackend("mine", static _ => new ScriptedChatClient());
        return services.BuildServiceProvider();
    }
}
