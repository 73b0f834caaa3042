using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Sira.Kernel.Health.Status;
using Sira.Simulation.Time;
using Sira.Storage.Engines.Memory;
using Sira.Storage.Engines.Sqlite;
using Sira.Storage.Errors;
using Sira.Storage.Hosting;
using Sira.Storage.Keys;
using Sira.Storage.Tests.Support;

namespace Sira.Storage.Tests.Monitoring;

public sealed class StorageHealthTests : IAsyncDisposable
{
    private static readonly StoreKey Key = new("notes", "a", "acme");

    private readonly TemporaryFile file = new();
    private readonly VirtualTimeProvider clock = new();
    private Exception? thrown;

    public ValueTask DisposeAsync() => file.DisposeAsync();

    [Fact]
    public async Task Check_ServerGoesAwayAndComesBack_IsSeen_AndLoggedOnce()
    {
        var log = new ListLogger();
        await using var services = Host(log);
        var engine = services.GetRequiredService<IStorageEngine>();
        await engine.Store.GetAsync(Key);
        Assert.Equal(HealthStatus.Healthy, Storage(services).Status);

        thrown = new StorageException(StorageErrorKind.Unavailable, "mine", "The server 'db' cannot be reached");
        await FailAsync(engine);
        Assert.Equal(HealthStatus.Degraded, Storage(services).Status);
        await FailAsync(engine);
        await FailAsync(engine);
        var told = Storage(services);

        thrown = null;
        await engine.Store.PutAsync(Key, default);
        Assert.Equal(HealthStatus.Unhealthy, Storage(services).Status);
        await engine.Store.GetAsync(Key);

        Assert.Equal(HealthStatus.Unhealthy, told.Status);
        Assert.Equal("The engine 'mine' could not be read: the last 3 operations failed since 2026-01-01 00:00:00Z, the last at 2026-01-01 00:00:00Z (Unavailable). The server 'db' cannot be reached.", Assert.Single(told.Reasons));
        Assert.Equal(("Unhealthy", "Healthy"), (told.Data["mine"], Storage(services).Data["mine"]));
        Assert.Equal(HealthStatus.Healthy, Storage(services).Status);
        Assert.Equal([2030, 2031], log.Ids.Where(static id => id is >= 2030 and < 2050));
    }

    [Fact]
    public async Task Check_NothingTriedForAWhile_IsDegradedOnly_SoThatTheProcessIsUsedAgain()
    {
        await using var services = Host();
        thrown = new StorageException(StorageErrorKind.Unavailable, "mine", "The server cannot be reached.");
        for (var i = 0; i < 5; i++)
        {
            await FailAsync(services.GetRequiredService<IStorageEngine>());
        }

        Assert.Equal(HealthStatus.Unhealthy, Storage(services).Status);
        clock.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal(HealthStatus.Degraded, Storage(services).Status);
        Assert.Contains("nothing was tried since", Storage(services).Reasons[0], StringComparison.Ordinal);
        await FailAsync(services.GetRequiredService<IStorageEngine>());
        Assert.Equal(HealthStatus.Unhealthy, Storage(services).Status);
    }

    [Fact]
    public async Task Check_DiskIsFull_IsSeen_AlthoughReadsGoOn()
    {
        await using var services = Watched.Host(sira => sira.AddSqliteStorage("main", new SqliteEngineOptions { Path = file.Path, MaximumBytes = 1 << 20 }), clock);
        var engine = services.GetRequiredService<IStorageEngine>();
        for (var failures = 0; failures < 3;)
        {
            failures += await Record.ExceptionAsync(async () => await engine.Store.PutAsync(Key with { Name = $"{Guid.NewGuid()}" }, new byte[200_000])) is StorageException { Kind: StorageErrorKind.Full } ? 1 : 0;
        }

        await engine.Store.GetAsync(Key);

        Assert.Equal(HealthStatus.Unhealthy, Storage(services).Status);
        Assert.Contains("The engine 'main' could not be written: the last 3 operations failed", Assert.Single(Storage(services).Reasons), StringComparison.Ordinal);
        Assert.Contains("(Full)", Storage(services).Reasons[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_EngineIsClosedBehindOurBack_IsSeen()
    {
        MemoryEngine? made = null;
        await using var services = Watched.Host(sira => sira.AddStorageEngine("mine", _ => made = new MemoryEngine()), clock);
        var engine = services.GetRequiredService<IStorageEngine>();
        await made!.DisposeAsync();
        for (var i = 0; i < 3; i++)
        {
            await FailAsync(engine);
        }

        Assert.Equal(HealthStatus.Unhealthy, services.GetRequiredService<ISiraHealth>().Check().Status);
        Assert.Contains("(Closed)", Storage(services).Reasons[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_EngineThatCouldNotBeOpenedAtTheStart_IsSeen_UntilItIsUsed()
    {
        var folder = file.Path + ".folder";
        await using var services = Watched.Host(sira => sira.AddSqliteStorage("main", new SqliteEngineOptions { Path = Path.Combine(folder, "no.db") }).AddStorage(static storage => storage.Start = StorageStart.Try), clock);
        var engine = services.GetRequiredService<IStorageEngine>();
        await Assert.ThrowsAsync<StorageException>(async () => await engine.OpenAsync());
        Assert.Equal(HealthStatus.Degraded, Storage(services).Status);

        Directory.CreateDirectory(folder);
        await engine.OpenAsync();
        Assert.Equal(HealthStatus.Degraded, Storage(services).Status);
        await engine.Store.GetAsync(Key);

        Assert.Equal(HealthStatus.Healthy, Storage(services).Status);
        await services.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task Check_CallersMistakesAndCancellations_AreNoTroubleOfTheEngine()
    {
        await using var services = Host();
        var engine = services.GetRequiredService<IStorageEngine>();
        for (var i = 0; i < 5; i++)
        {
            await Assert.ThrowsAnyAsync<ArgumentException>(async () => await engine.Store.GetAsync(Key with { Namespace = "No Namespace" }));
            await Assert.ThrowsAsync<NotSupportedException>(async () => await engine.Store.PutAsync(Key, default, new() { Durability = Capabilities.StorageDurability.PowerLoss }));
            await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await engine.Store.GetAsync(Key, new CancellationToken(canceled: true)));
        }

        Assert.Equal(HealthStatus.Healthy, Storage(services).Status);
    }

    [Fact]
    public async Task Check_BusyEngine_IsDegraded_NotUnhealthy()
    {
        await using var services = Host();
        thrown = new StorageException(StorageErrorKind.Busy, "mine", "Too many writes wait.");
        for (var i = 0; i < 10; i++)
        {
            await FailAsync(services.GetRequiredService<IStorageEngine>());
        }

        Assert.Equal(HealthStatus.Degraded, Storage(services).Status);
    }

    [Fact]
    public async Task Check_WhatOthersThrow_IsToldWithoutSecrets()
    {
        await using var services = Host();
        thrown = new InvalidOperationException("No login with sk-abcdefghijklmnopqrstuvwxyz0123456789.");
        await FailAsync(services.GetRequiredService<IStorageEngine>());

        Assert.Contains("InvalidOperationException: No login with", Storage(services).Reasons[0], StringComparison.Ordinal);
        Assert.DoesNotContain("abcdefghijklmnopqrstuvwxyz", Storage(services).Reasons[0], StringComparison.Ordinal);
    }

    [Fact]
    public void Check_BeforeAnythingIsUsed_MakesNoEngine()
    {
        var made = 0;
        using var services = Watched.Host(sira => sira.AddStorageEngine("mine", _ =>
        {
            made++;
            return new MemoryEngine();
        }));

        Assert.Equal(HealthStatus.Healthy, Storage(services).Status);
        Assert.Equal(0, made);
    }

    private static ComponentHealth Storage(IServiceProvider services) => services.GetRequiredService<ISiraHealth>().Check().Components.Single(static component => component.Name == "storage");

    private static async Task FailAsync(IStorageEngine engine) => Assert.NotNull(await Record.ExceptionAsync(async () => await engine.Store.GetAsync(Key)));

    private ServiceProvider Host(ListLogger? log = null) => Watched.Host(
        sira => sira.AddStorageEngine("mine", _ => new ScriptedEngine(new MemoryEngine(time: clock)) { Before = (_, _) => thrown is null ? Task.CompletedTask : Task.FromException(thrown) }),
        clock,
        log);
}
