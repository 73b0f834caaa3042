using System.Globalization;
using Sira.Storage.Keys;
using Sira.Storage.Redis;
using Sira.Storage.Redis.Client;

namespace Sira.Benchmarks.Storage;

/// <summary>Times the Redis client and engine against a running server, in turns with a bare socket: <c>--redis host:port</c>.</summary>
internal static class RedisReport
{
    private const int Rounds = 9;
    private const int SerialCalls = 2000;
    private const int Callers = 64;
    private const int CallsEach = 1000;
    private const int ValueLength = 1024;
    private const string Key = "bench";

    public static async Task WriteAsync(string endpoint, TextWriter output)
    {
        await using var client = new RedisClient(new RedisClientOptions { Endpoint = endpoint });
        await using var engine = new RedisEngine(new RedisEngineOptions { Endpoint = endpoint, KeyPrefix = "bench:" });
        using var raw = new RawRedis(endpoint);
        await engine.OpenAsync();
        var value = new byte[ValueLength];
        var key = new StorePartition("bench").Key(Key);
        var partition = new StorePartition("bench");
        value.AsSpan().Fill((byte)'x');
        await client.ExecuteAsync(new RedisCommand("SET", Key, value));
        await engine.Store.PutAsync(key, value);
        var get = RawRedis.Command("GET", Key);
        var set = RawRedis.Command("SET", Key, new string('x', ValueLength));
        var gets = Repeat(get);
        var sets = Repeat(set);
        var (getAnswer, setAnswer) = ($"${ValueLength}\r\n".Length + ValueLength + 2, "+OK\r\n".Length);

        (string Name, int Calls, Func<Task> Turn)[] rows =
        [
            ("serial GET, bare socket", SerialCalls, () => SerialAsync(() => raw.ExchangeAsync(get, getAnswer))),
            ("serial GET, client", SerialCalls, () => SerialAsync(async () => await client.ExecuteAsync(new RedisCommand("GET", Key)))),
            ("serial get, engine", SerialCalls, () => SerialAsync(async () => await engine.Store.GetAsync(key))),
            ("serial put, engine", SerialCalls, () => SerialAsync(async () => await engine.Store.PutAsync(key, value))),
            ("GET in pipelines of 64, bare socket", Callers * CallsEach, () => PipelinesAsync(raw, gets, getAnswer)),
            ("GET by 64 callers, client", Callers * CallsEach, () => ManyAsync(async _ => await client.ExecuteAsync(new RedisCommand("GET", Key)))),
            ("SET in pipelines of 64, bare socket", Callers * CallsEach, () => PipelinesAsync(raw, sets, setAnswer)),
            ("SET by 64 callers, client", Callers * CallsEach, () => ManyAsync(async _ => await client.ExecuteAsync(new RedisCommand("SET", Key, value)))),
            ("get by 64 callers, engine", Callers * CallsEach, () => ManyAsync(async _ => await engine.Store.GetAsync(key))),
            ("put by 64 callers, engine", Callers * CallsEach, () => ManyAsync(async caller => await engine.Store.PutAsync(partition.Key($"{caller}"), value))),
        ];
        var fastest = new TimeSpan[rows.Length];
        for (var round = -2; round < Rounds; round++)
        {
            for (var i = 0; i < rows.Length; i++)
            {
                var started = TimeProvider.System.GetTimestamp();
                await rows[i].Turn();
                var taken = TimeProvider.System.GetElapsedTime(started);
                fastest[i] = round <= 0 || taken < fastest[i] ? taken : fastest[i];
            }
        }

        output.WriteLine($"Fastest of {Rounds} turns, values of {ValueLength} bytes");
        for (var i = 0; i < rows.Length; i++)
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {rows[i].Name,-38} {fastest[i].TotalMicroseconds / rows[i].Calls,8:0.0} us {rows[i].Calls / fastest[i].TotalSeconds,10:0} /s"));
        }
    }

    private static byte[] Repeat(byte[] command) => [.. Enumerable.Repeat(command, Callers).SelectMany(static one => one)];

    private static async Task SerialAsync(Func<ValueTask> call)
    {
        for (var i = 0; i < SerialCalls; i++)
        {
            await call();
        }
    }

    private static async Task PipelinesAsync(RawRedis raw, byte[] commands, int answer)
    {
        for (var i = 0; i < CallsEach; i++)
        {
            await raw.ExchangeAsync(commands, answer * Callers);
        }
    }

    private static Task ManyAsync(Func<int, ValueTask> call) => Task.WhenAll(Enumerable.Range(0, Callers).Select(caller => Task.Run(async () =>
    {
        for (var i = 0; i < CallsEach; i++)
        {
            await call(caller);
        }
    })));
}
