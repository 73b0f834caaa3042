using Sira.Storage.Redis.Client;

namespace Sira.Storage.Redis.Tests.Client.Connections;

/// <summary>A caller with a key of its own, who knows which values it may have.</summary>
internal sealed class ChaosWorker(RedisClient client, string key, Random random)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    // What may still be made, also later: a server works off what a connection has brought though it is lost.
    private readonly HashSet<string> uncertain = [];
    private string? last;
    private int step;

    public int Done { get; private set; }

    public int Failed { get; private set; }

    public async Task StepAsync()
    {
        var text = $"{key} {++step} {new string('x', random.Next(300))}";
        using var source = new CancellationTokenSource();
        if (random.Next(10) == 0)
        {
            source.CancelAfter(random.Next(3));
        }

        var kind = random.Next(3);
        try
        {
            await RunAsync(kind, text, source.Token);
            Done++;
        }
        catch (Exception exception) when (exception is OperationCanceledException or RedisException)
        {
            Failed++;
            if (kind == 1 && exception is not RedisException { WasSent: false })
            {
                uncertain.Add(text);
            }

            // Who has no connection is told at once, and would do nothing else.
            await Task.Delay(1, CancellationToken.None);
        }
    }

    /// <summary>Goes on until something has succeeded.</summary>
    public async Task StepUntilDoneAsync()
    {
        var begun = TimeProvider.System.GetTimestamp();
        for (var before = Done; Done == before;)
        {
            Assert.True(TimeProvider.System.GetElapsedTime(begun) < Patience, "It never worked again.");
            await StepAsync();
        }
    }

    private async Task RunAsync(int kind, string text, CancellationToken cancellationToken)
    {
        switch (kind)
        {
            case 0:
                Assert.Equal(text, (await client.ExecuteAsync(new RedisCommand("ECHO", text) { IsIdempotent = true }, cancellationToken)).ToString());
                break;
            case 1:
                Assert.Equal("OK", (await client.ExecuteAsync(new RedisCommand("SET", key, text), cancellationToken)).ToString());
                last = text;
                break;
            default:
                var answer = await client.ExecuteAsync(new RedisCommand("GET", key) { IsIdempotent = true }, cancellationToken);
                var found = answer.IsNull ? null : answer.ToString();
                Assert.True(found == last || (found is not null && uncertain.Contains(found)), $"'{key}' has '{found}' instead of '{last}'.");
                break;
        }
    }
}
