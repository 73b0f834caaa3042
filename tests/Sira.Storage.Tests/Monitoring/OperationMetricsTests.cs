using Microsoft.Extensions.DependencyInjection;
using Sira.Simulation.Time;
using Sira.Storage.Capabilities;
using Sira.Storage.Engines.Memory;
using Sira.Storage.Errors;
using Sira.Storage.Events;
using Sira.Storage.Keys;
using Sira.Storage.Tests.Support;
using Sira.Storage.Writing;
using Sira.Testing.Telemetry;

namespace Sira.Storage.Tests.Monitoring;

public sealed class OperationMetricsTests : IDisposable
{
    private const string Duration = "sira.storage.operation.duration";

    private static readonly StoreKey Key = new("notes", "a", "acme");

    private readonly string name = $"engine {Guid.NewGuid():N}";
    private readonly VirtualTimeProvider clock = new();
    private readonly MetricCollector metrics;

    public OperationMetricsTests() => metrics = new MetricCollector("sira.storage.engine", name);

    public void Dispose() => metrics.Dispose();

    [Fact]
    public async Task EveryOperation_OfAnyEngine_IsMeasuredOnce()
    {
        await using var services = Watched.Host(sira => sira.AddMemoryStorage(name), clock);
        var engine = services.GetRequiredService<IStorageEngine>();

        await engine.OpenAsync();
        await engine.Store.PutAsync(Key, "1"u8.ToArray());
        await engine.Store.GetAsync(Key);
        await engine.Store.ScanAsync(new StoreScan(Key.Partition));
        await engine.Store.WriteAsync(new StoreBatch().Check(Key, WriteCondition.Absent));
        await engine.Store.DeleteAsync(Key);
        await engine.Events!.AppendAsync(Key, ExpectedVersion.Any, [new EventData("t", default)]);
        await engine.Events.ReadAsync(Key);
        await engine.Events.ReadAllAsync("notes");
        await engine.Events.GetVersionAsync(Key);
        await engine.Events.ListAsync(new StoreScan(Key.Partition));
        await engine.Events.TrimAsync(Key, 1);
        await engine.Events.DeleteAsync(Key);
        await (await engine.Changes!.SubscribeAsync(Key.Partition)).DisposeAsync();
        await foreach (var _ in engine.ListPartitionsAsync())
        {
            break;
        }

        Assert.Equal(
            ["open", "put", "get", "scan", "batch", "delete", "append", "read", "read_all", "version", "list_streams", "trim", "delete_stream", "subscribe", "list_partitions"],
            metrics.Of(Duration).Select(static one => one.Tags["sira.storage.operation"]));
        Assert.All(metrics.Of(Duration), static one => Assert.Equal((3, "done"), (one.Tags.Count, one.Tags["sira.storage.outcome"])));
    }

    [Fact]
    public async Task Duration_IsThatOfTheEngine_InSeconds_WithoutThatOfTheReader()
    {
        var slow = new ScriptedEngine(new MemoryEngine(time: clock)) { Before = (_, _) => Pass() };
        await using var services = Watched.Host(sira => sira.AddStorageEngine(name, _ => slow), clock);
        var engine = services.GetRequiredService<IStorageEngine>();

        await engine.Store.PutAsync(Key, "1"u8.ToArray());
        await engine.Store.PutAsync(Key with { Tenant = "other" }, "1"u8.ToArray());
        await foreach (var _ in engine.ListPartitionsAsync())
        {
            clock.Advance(TimeSpan.FromHours(1));
        }

        Assert.Equal([2, 2, 0], metrics.Of(Duration).Select(static one => Math.Round(one.Value, 6)));

        Task Pass()
        {
            clock.Advance(TimeSpan.FromSeconds(2));
            return Task.CompletedTask;
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Failure_IsToldWithItsKind_CancellationIsNone(bool isAtOnce)
    {
        Exception thrown = new StorageException(StorageErrorKind.Full, name, "The disk is full.");
        var failing = new ScriptedEngine(new MemoryEngine(time: clock))
        {
            Before = async (_, _) =>
            {
                if (!isAtOnce)
                {
                    await Task.Yield();
                }

                throw thrown;
            },
        };
        await using var services = Watched.Host(sira => sira.AddStorageEngine(name, _ => failing), clock);
        var engine = services.GetRequiredService<IStorageEngine>();

        await Assert.ThrowsAsync<StorageException>(async () => await engine.Store.PutAsync(Key, default));
        thrown = new InvalidOperationException("Somebody else's.");
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await engine.Store.GetAsync(Key));
        thrown = new OperationCanceledException("An engine that has given up by itself.");
        await Assert.ThrowsAsync<OperationCanceledException>(async () => await engine.Store.GetAsync(Key));
        await Assert.ThrowsAsync<OperationCanceledException>(async () => await engine.Store.GetAsync(Key, new CancellationToken(canceled: true)));

        Assert.Equal(
            [("failed", "Full"), ("failed", "System.InvalidOperationException"), ("failed", "System.OperationCanceledException"), ("cancelled", null)],
            metrics.Of(Duration).Select(static one => (one.Tags["sira.storage.outcome"], one.Tags.GetValueOrDefault("error.type"))));
    }

    [Fact]
    public async Task Listing_ThatFailsInTheMiddle_IsOneFailure()
    {
        await using var services = Watched.Host(sira => sira.AddStorageEngine(name, _ => new ListingEngine(clock)), clock);
        var engine = services.GetRequiredService<IStorageEngine>();

        await Assert.ThrowsAsync<StorageException>(async () =>
        {
            await foreach (var _ in engine.ListPartitionsAsync())
            {
                // Until it fails.
            }
        });

        var only = Assert.Single(metrics.Of(Duration));
        Assert.Equal(("failed", "Unavailable", 3d), (only.Tags["sira.storage.outcome"], only.Tags["error.type"], Math.Round(only.Value, 6)));
    }

    [Fact]
    public async Task Capabilities_AndWhatIsNotThere_AreThoseOfTheEngine()
    {
        await using var services = Watched.Host(sira => sira.AddStorageEngine(name, _ => new ScriptedEngine(new MemoryEngine(), without: StorageFeatures.ChangeFeed)));
        var engine = services.GetRequiredService<IStorageEngine>();

        Assert.Null(engine.Changes);
        Assert.False(engine.Capabilities.Has(StorageFeatures.ChangeFeed));
        Assert.True(engine.Capabilities.Has(StorageFeatures.GlobalOrder));
    }
}
