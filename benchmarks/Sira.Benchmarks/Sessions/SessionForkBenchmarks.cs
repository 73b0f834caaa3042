using BenchmarkDotNet.Attributes;
using Microsoft.Extensions.AI;
using Sira.Session;
using Sira.Storage.Engines.Memory;

namespace Sira.Benchmarks.Sessions;

/// <summary>Forking a session in its middle, however long it is. The fork is deleted again, which is measured too.</summary>
public class SessionForkBenchmarks : IAsyncDisposable
{
    private readonly MemoryEngine engine = new();
    private SessionStore sessions = null!;
    private ISession session = null!;

    [Params(10, 1_000, 10_000)]
    public int Messages { get; set; }

    [GlobalSetup]
    public async Task SetUpAsync()
    {
        sessions = new SessionStore(engine);
        session = await sessions.CreateAsync();
        for (var i = 0; i < Messages; i += 10)
        {
            await session.AppendAsync(Enumerable.Range(i, 10).Select(static i => new ChatMessage(ChatRole.User, $"message {i}")));
        }
    }

    [GlobalCleanup]
    public async ValueTask DisposeAsync()
    {
        await sessions.DisposeAsync();
        await engine.DisposeAsync();
    }

    [Benchmark]
    public async Task<bool> ForkAndDelete() => await sessions.DeleteAsync((await session.ForkAsync(Messages / 2)).Info.Key);
}
