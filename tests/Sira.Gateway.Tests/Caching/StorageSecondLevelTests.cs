using Microsoft.Extensions.DependencyInjection;
using Sira.Gateway.Caching;
using Sira.Gateway.Tests.Caching.Support;
using Sira.Kernel.Configuration;
using Sira.Storage.Engines.Memory;
using Sira.Storage.Engines.Sqlite;
using Sira.Storage.Keys;

namespace Sira.Gateway.Tests.Caching;

public sealed class StorageSecondLevelTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("sira-cache-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData(false, true)]
    [InlineData(true, false)]
    public async Task AfterARestart_TheAnswerIsThere_UntilItsTimeIsOver(bool first, bool second)
    {
        await using (var one = Gateway())
        {
            await one.AskAsync(streaming: first);
        }

        await using (var next = Gateway())
        {
            var hit = await next.AskAsync(streaming: second);
            Assert.Equal(("answer 1", 0, CacheOutcome.Hit), (hit.Text, next.Model.Calls, hit.GetCacheStatus()!.Outcome));
        }

        await using var late = Gateway();
        late.Clock.Advance(TimeSpan.FromHours(2));
        await late.AskAsync();
        Assert.Equal(1, late.Model.Calls);
    }

    [Fact]
    public async Task Storage_ThatFails_IsNoReasonToFail()
    {
        var engine = new MemoryEngine();
        await using var gateway = new CacheGateway(static cache => cache.UseStorage = true, sira => sira.AddStorageEngine("gone", _ => engine));
        await engine.DisposeAsync();

        Assert.Equal("answer 1", (await gateway.AskAsync()).Text);
        Assert.Equal(CacheOutcome.Hit, (await gateway.AskAsync()).GetCacheStatus()!.Outcome);
    }

    [Fact]
    public async Task Storage_Missing_IsAMistakeOfTheConfiguration()
    {
        var failed = await Assert.ThrowsAsync<SiraConfigurationException>(async () =>
        {
            await using var gateway = new CacheGateway(static cache => cache.UseStorage = true);
            await gateway.AskAsync();
        });

        Assert.Contains("UseCache.UseStorage: there is no storage. Add an engine, such as by AddSqliteStorage()", failed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task UseStorage_Unset_KeepsNothingInStorage()
    {
        var engine = new MemoryEngine();
        await using var gateway = new CacheGateway(null, sira => sira.AddStorageEngine("there", _ => engine));
        await gateway.AskAsync();

        Assert.Empty((await engine.Store.ScanAsync(new StoreScan(new StorePartition("cache")), TestContext.Current.CancellationToken)).Items);
    }

    private CacheGateway Gateway() => new(static cache => cache.UseStorage = true, sira => sira.AddSqliteStorage("main", new SqliteEngineOptions { Path = Path.Combine(folder, "cache.db") }));
}
