using Sira.Kernel.Configuration;
using Sira.Storage.Capabilities;
using Sira.Storage.Engines.Memory;
using Sira.Storage.Engines.Sqlite;
using Sira.Storage.Keys;
using Sira.Storage.Routing;

namespace Sira.Storage.Tests.Routing;

public sealed class StorageRoutesTests : IAsyncDisposable
{
    private readonly MemoryEngine memory = new(new MemoryEngineOptions { Name = "fast" });
    private readonly TemporaryFile file = new();
    private readonly SqliteEngine sqlite;

    public StorageRoutesTests() => sqlite = new SqliteEngine(new SqliteEngineOptions { Name = "main", Path = file.Path });

    public async ValueTask DisposeAsync()
    {
        await memory.DisposeAsync();
        await sqlite.DisposeAsync();
        await file.DisposeAsync();
    }

    [Theory]
    [InlineData("sessions", null, "main")]
    [InlineData("sessions.views", null, "main")]
    [InlineData("session", null, "fast")]
    [InlineData("cache", "acme", "main")]
    [InlineData("cache", "acme-test", "main")]
    [InlineData("cache", "other", "fast")]
    [InlineData("cache", null, "fast")]
    [InlineData("bus", null, "main")]
    public void Of_FirstRuleThatMatches_Decides(string @namespace, string? tenant, string engine)
    {
        var routes = Create(
            new StorageRule { Namespace = "sessions*", Engine = "MAIN" },
            new StorageRule { Namespace = "cache", Tenant = "acme*", Engine = "main" },
            new StorageRule { Namespace = "bus", Durability = StorageDurability.PowerLoss });

        Assert.Equal(engine, routes.Of(new StorePartition(@namespace, tenant)).Name);
        Assert.Equal(engine, routes.Of(new StorePartition(@namespace, tenant)).Name);
    }

    [Fact]
    public void Of_Namespace_AreAllThatMayKeepIt()
    {
        var routes = Create(new StorageRule { Namespace = "a", Tenant = "acme", Engine = "main" }, new StorageRule { Namespace = "b", Engine = "main" });

        Assert.Equal(["main", "fast"], routes.Of("a").Select(static engine => engine.Name));
        Assert.Equal(["main"], routes.Of("b").Select(static engine => engine.Name));
        Assert.Equal(["fast"], routes.Of("c").Select(static engine => engine.Name));
    }

    [Fact]
    public void Create_Mistakes_AreAllNamed_WithTheFix()
    {
        var errors = new ConfigurationErrors();
        StorageRoutes.Create(
            [memory, sqlite],
            [
                new StorageRule { Namespace = "a", Engine = "mian" },
                new StorageRule { Namespace = "b", Engine = "fast", Durability = StorageDurability.PowerLoss },
                new StorageRule { Namespace = "c", Features = StorageFeatures.Shared },
                new StorageRule { Namespace = "d", Engine = "main", Latency = StorageLatency.Memory },
                new StorageRule { Namespace = "e", ValueLength = int.MaxValue },
            ],
            "nothing",
            "Sira:Storage",
            errors);

        var all = string.Join('\n', errors.Items.Select(static error => $"{error.Path} {error.Problem} {error.Fix}"));
        Assert.Equal(6, errors.Items.Count);
        Assert.Contains("there is no engine 'mian'. Did you mean 'main'?", all, StringComparison.Ordinal);
        Assert.Contains("the rule for namespace b names the engine 'fast', which has writes that survive Process at most, and PowerLoss is asked", all, StringComparison.Ordinal);
        Assert.Contains("no engine has what the rule for namespace c asks for: 'fast' does not have Shared; 'main' does not have Shared", all, StringComparison.Ordinal);
        Assert.Contains("is Local away, and at most Memory is asked", all, StringComparison.Ordinal);
        Assert.Contains("takes values of 16777216 bytes at most, and 2147483647 are asked", all, StringComparison.Ordinal);
        Assert.Contains("Sira:Storage:Default there is no engine 'nothing'", all, StringComparison.Ordinal);
    }

    private StorageRoutes Create(params StorageRule[] rules)
    {
        var errors = new ConfigurationErrors();
        var routes = StorageRoutes.Create([memory, sqlite], rules, null, "Sira:Storage", errors);
        errors.ThrowIfAny();
        return routes;
    }
}
