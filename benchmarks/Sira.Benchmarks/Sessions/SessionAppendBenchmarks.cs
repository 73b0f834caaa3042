using System.Text.Json;
using BenchmarkDotNet.Attributes;
using Microsoft.Extensions.AI;
using Sira.Session;
using Sira.Storage.Engines.Memory;
using Sira.Storage.Events;
using Sira.Storage.Keys;

namespace Sira.Benchmarks.Sessions;

/// <summary>What a session adds to appending a message's JSON to a log.</summary>
public class SessionAppendBenchmarks : IAsyncDisposable
{
    // A session begins anew before it becomes so long that memory and its limit have a say.
    private const int MaximumVersion = 50_000;

    private static readonly StoreKey Stream = new("raw", "log");

    private readonly ChatMessage message = new(ChatRole.User, "I have been thinking about what you said yesterday, and I believe that we should go there in the spring, when it is not so hot and the trains are still cheap.");
    private MemoryEngine engine = null!;
    private SessionStore sessions = null!;
    private ISession session = null!;
    private long version;

    [GlobalSetup]
    public async Task SetUpAsync()
    {
        engine = new MemoryEngine(new MemoryEngineOptions { MaximumBytes = 16L << 30 });
        sessions = new SessionStore(engine);
        await BeginAsync();
    }

    [GlobalCleanup]
    public async ValueTask DisposeAsync()
    {
        await sessions.DisposeAsync();
        await engine.DisposeAsync();
    }

    [Benchmark(Baseline = true)]
    public async Task<long> RawLog()
    {
        if (++version > MaximumVersion)
        {
            await engine.Events.DeleteAsync(Stream);
            version = 1;
        }

        var json = JsonSerializer.SerializeToUtf8Bytes(message, AIJsonUtilities.DefaultOptions.GetTypeInfo(typeof(ChatMessage)));
        return (await engine.Events.AppendAsync(Stream, ExpectedVersion.Of(version - 1), [new EventData("message", json)])).Version;
    }

    [Benchmark]
    public async Task<long> Session()
    {
        if (session.Version > MaximumVersion)
        {
            await sessions.DeleteAsync(session.Info.Key);
            await BeginAsync();
        }

        return await session.AppendAsync([message]);
    }

    private async Task BeginAsync() => session = await sessions.CreateAsync();
}
