using System.Globalization;
using Sira.Storage.Redis.Client;
using Sira.Storage.Redis.Tests.Support;

namespace Sira.Storage.Redis.Tests.Client.Connections;

public sealed class ChaosTests(SharedRedis redis)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private static readonly RedisClientOptions Impatient = new()
    {
        ConnectTimeout = TimeSpan.FromMilliseconds(500),
        CommandTimeout = TimeSpan.FromMilliseconds(150),
        HeartbeatInterval = TimeSpan.FromMilliseconds(100),
        HeartbeatTimeout = TimeSpan.FromMilliseconds(250),
        ReconnectDelay = TimeSpan.FromMilliseconds(5),
        MaximumReconnectDelay = TimeSpan.FromMilliseconds(20),
    };

    // eng/soak-redis.sh asks for more.
    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, int.TryParse(Environment.GetEnvironmentVariable("SIRA_SOAK_REDIS_SEEDS"), NumberStyles.None, CultureInfo.InvariantCulture, out var asked) ? asked : 2)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task ExecuteAsync_OverABadNetwork_NoAnswerReachesTheWrongCaller_AndNothingIsMadeThatWasSaidNotToBe(int seed)
    {
        var server = await redis.GetAsync();
        await using var proxy = new ChaosProxy(server.Port, seed);
        await using var client = new RedisClient(Impatient with { Endpoint = proxy.Endpoint });
        var begun = TimeProvider.System.GetTimestamp();

        var workers = await Task.WhenAll(Enumerable.Range(0, 16).Select(number => Task.Run(async () =>
        {
            var worker = new ChaosWorker(client, $"chaos {seed}.{number}", new Random((seed * 100) + number));
            while (!proxy.HasSeenMuch && TimeProvider.System.GetElapsedTime(begun) < Patience)
            {
                await worker.StepAsync();
            }

            return worker;
        })));

        proxy.IsCalm = true;
        await client.ConnectAsync();
        foreach (var worker in workers)
        {
            await worker.StepUntilDoneAsync();
        }

        Assert.True(proxy.HasSeenMuch, $"Too little happened: {string.Join(", ", proxy.Happened)}.");
        Assert.All(workers, static worker => Assert.True(worker.Done > 0));
        Assert.Contains(workers, static worker => worker.Failed > 0);
    }
}
