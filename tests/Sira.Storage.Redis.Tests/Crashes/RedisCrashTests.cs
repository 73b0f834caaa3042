using System.Globalization;
using Sira.Storage.Redis.Client;
using Sira.Testing.Crashes;
using Sira.Testing.Servers;

namespace Sira.Storage.Redis.Tests.Crashes;

/// <summary>The writer is killed. That the server is, <see cref="Engine.RestartTests"/> do.</summary>
public sealed class RedisCrashTests
{
    // eng/soak-crashes.sh runs more.
    private static readonly int Rounds = int.Parse(Environment.GetEnvironmentVariable("SIRA_SOAK_CRASHES") ?? "50", CultureInfo.InvariantCulture);

    [Fact]
    public async Task Engine_WriterIsKilled_NothingAcknowledgedIsLost_AndNothingIsTorn()
    {
        await using var server = await TestServer.StartAsync("redis", "--appendonly", "yes", "--appendfsync", "no");
        await using var client = new RedisClient(new RedisClientOptions { Endpoint = server.ConnectionString });
        var loop = new CrashLoop("redis", server.ConnectionString, () => new RedisEngine(new RedisEngineOptions { Endpoint = server.ConnectionString, Persistence = RedisPersistence.OperatingSystem }), () => AloneAsync(client));

        await loop.RunAsync(Rounds);

        Assert.True(loop.Steps > Rounds);
    }

    // Until the connections of the killed process are gone, and with them what they had sent.
    private static async Task AloneAsync(RedisClient client)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while ((await client.ExecuteAsync(new RedisCommand("CLIENT", "LIST"), patience.Token)).ToString().Trim().Contains('\n', StringComparison.Ordinal))
        {
            await Task.Delay(5, patience.Token);
        }
    }
}
