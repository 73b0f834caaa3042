using Sira.Storage.Redis.Client;
using Sira.Storage.Redis.Tests.Support;
using Sira.Testing.Servers;

[assembly: AssemblyFixture(typeof(SharedRedis))]

namespace Sira.Storage.Redis.Tests.Support;

/// <summary>One server for all tests that leave it as it is; each has keys of its own.</summary>
public sealed class SharedRedis : IAsyncDisposable
{
    private readonly SemaphoreSlim starting = new(1);
    private TestServer? server;

    /// <summary>The server; starts it with the first test, so that a missing one skips tests and fails none.</summary>
    public async ValueTask<TestServer> GetAsync()
    {
        await starting.WaitAsync(TestContext.Current.CancellationToken);
        try
        {
            return server ??= await TestServer.StartAsync("redis");
        }
        finally
        {
            starting.Release();
        }
    }

    /// <summary>An engine on it.</summary>
    public async ValueTask<IStorageEngine> EngineAsync() => new RedisEngine(new RedisEngineOptions { Endpoint = (await GetAsync()).ConnectionString });

    /// <summary>A client of it.</summary>
    public async ValueTask<RedisClient> ClientAsync(RedisClientOptions? options = null) => new((options ?? new RedisClientOptions()) with { Endpoint = (await GetAsync()).ConnectionString });

    public ValueTask DisposeAsync() => server?.DisposeAsync() ?? ValueTask.CompletedTask;
}
