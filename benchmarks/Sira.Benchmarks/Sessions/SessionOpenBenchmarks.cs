using System.Text.Json;
using BenchmarkDotNet.Attributes;
using Microsoft.Extensions.AI;
using Sira.Session;
using Sira.Storage.Engines.Memory;
using Sira.Storage.Events;
using Sira.Storage.Keys;

namespace Sira.Benchmarks.Sessions;

/// <summary>Opening a session of 1,000 messages: beside reading and parsing 1,000 events, one for each message.</summary>
public class SessionOpenBenchmarks : IAsyncDisposable
{
    private static readonly SessionKey Key = new("chat");
    private static readonly StoreKey Stream = new("raw", "log");

    private readonly MemoryEngine engine = new();
    private SessionStore warm = null!;
    private SessionStore cold = null!;

    [GlobalSetup]
    public async Task SetUpAsync()
    {
        var type = AIJsonUtilities.DefaultOptions.GetTypeInfo(typeof(ChatMessage));
        await using (var writing = new SessionStore(engine))
        {
            var session = await writing.CreateAsync(Key.Id);
            for (var i = 0; i < 500; i++)
            {
                ChatMessage[] messages = [new(ChatRole.User, $"What do you think of number {i}? I have my doubts, though the others are fine."), new(ChatRole.Assistant, $"Number {i} is fine as well. It only looks odd beside the ones before it, which are larger than usual.")];
                await session.AppendAsync(messages);
                foreach (var message in messages)
                {
                    await engine.Events.AppendAsync(Stream, ExpectedVersion.Any, [new EventData("message", JsonSerializer.SerializeToUtf8Bytes(message, type))]);
                }
            }
        }

        warm = new SessionStore(engine);
        await warm.OpenAsync(Key);
        cold = new SessionStore(engine, new SessionOptions { CachedHistories = 0 });
    }

    [GlobalCleanup]
    public async ValueTask DisposeAsync()
    {
        await warm.DisposeAsync();
        await cold.DisposeAsync();
        await engine.DisposeAsync();
    }

    [Benchmark(Baseline = true)]
    public async Task<int> RawLog()
    {
        var type = AIJsonUtilities.DefaultOptions.GetTypeInfo(typeof(ChatMessage));
        var messages = new List<ChatMessage>();
        foreach (var item in (await engine.Events.ReadAsync(Stream, 0, 1000)).Events)
        {
            messages.Add((ChatMessage)JsonSerializer.Deserialize(item.Data.Span, type)!);
        }

        return messages.Count;
    }

    [Benchmark]
    public async Task<int> Warm() => (await warm.OpenAsync(Key)).History.Messages.Count;

    [Benchmark]
    public async Task<int> Cold() => (await cold.OpenAsync(Key)).History.Messages.Count;
}
