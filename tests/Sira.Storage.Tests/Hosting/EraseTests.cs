using Microsoft.Extensions.DependencyInjection;
using Sira.Kernel.Builder;
using Sira.Storage.Codecs;
using Sira.Storage.Codecs.Encryption;
using Sira.Storage.Codecs.KeyRings;
using Sira.Storage.Engines.Sqlite;
using Sira.Storage.Errors;
using Sira.Storage.Hosting;
using Sira.Storage.Keys;
using Sira.Storage.Layers;
using Sira.Testing;

namespace Sira.Storage.Tests.Hosting;

/// <summary>What was erased cannot be read any more, whatever stands between: a cache, or a migration.</summary>
public sealed class EraseTests : IAsyncDisposable
{
    private static readonly StoreKey Key = new("notes", "a", "acme");

    private readonly TemporaryFile file = new();
    private readonly TemporaryFile other = new();

    public async ValueTask DisposeAsync()
    {
        await file.DisposeAsync();
        await other.DisposeAsync();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Erase_BehindACache_IsReadNowhere(bool stale)
    {
        await using var services = Build(storage => storage.Layers["main"] = stale ? new LayerOptions { StaleReads = new Dictionary<string, StaleReadOptions> { ["notes"] = new() } } : new LayerOptions());
        var storage = services.GetRequiredService<ISiraStorage>();
        var store = storage.For("notes").Store;
        await store.PutAsync(Key, "secret"u8.ToArray());
        Assert.NotNull(await store.GetAsync(Key));

        await storage.EraseAsync(Key.Partition);

        Assert.Equal(StorageErrorKind.KeyUnknown, (await Assert.ThrowsAsync<StorageException>(async () => await store.GetAsync(Key))).Kind);
        Assert.Empty((await store.ScanAsync(new StoreScan(Key.Partition))).Items);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Erase_DuringAMigration_IsErasedInBothEngines(bool copied)
    {
        await using var services = Build(storage => storage.Migrations["notes"] = "next");
        var storage = services.GetRequiredService<ISiraStorage>();
        await storage.For("notes").Store.PutAsync(Key, "secret"u8.ToArray());
        if (copied)
        {
            await storage.Migrations["notes"].RunAsync(cancellationToken: TestContext.Current.CancellationToken);
        }

        await storage.EraseAsync(Key.Partition);

        foreach (var engine in (IStorageEngine[])[storage.For("notes"), storage.Engine("main"), storage.Engine("next")])
        {
            try
            {
                Assert.Null(await engine.Store.GetAsync(Key));
                Assert.True(engine.Name == "next" && !copied);
            }
            catch (StorageException exception)
            {
                Assert.Equal(StorageErrorKind.KeyUnknown, exception.Kind);
            }
        }
    }

    private ServiceProvider Build(Action<StorageOptions> configure) => new ServiceCollection().AddLogging().AddSira(sira => sira
        .AddSqliteStorage("main", new SqliteEngineOptions { Path = file.Path })
        .AddSqliteStorage("next", new SqliteEngineOptions { Path = other.Path })
        .AddStorage(storage =>
        {
            storage.Codec = new CodecOptions { Encryption = ValueEncryption.AesGcm };
            storage.KeyRing = new KeyRingOptions { Current = "k1", Keys = [new KeyRingEntry { Id = "k1", Secret = Convert.ToBase64String([.. Enumerable.Range(0, 32).Select(static i => (byte)i)]) }] };
            configure(storage);
        })
        .AddBackend("mine", static _ => new ScriptedChatClient())).Services.BuildServiceProvider();
}
