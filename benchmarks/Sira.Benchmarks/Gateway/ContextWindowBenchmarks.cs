using BenchmarkDotNet.Attributes;
using Microsoft.Extensions.AI;
using Sira.Benchmarks.Support;
using Sira.Models;

namespace Sira.Benchmarks.Gateway;

/// <summary>What it costs a turn of a session to ask how much its call may hold.</summary>
public class ContextWindowBenchmarks
{
    private readonly ChatOptions named = new() { ModelId = "backend0/model" };
    private BenchmarkGateway gateway = null!;
    private IChatClient chat = null!;

    [GlobalSetup]
    public void SetUp()
    {
        gateway = BenchmarkGateway.Loaded(new LeafChatClient(LeafMode.Ready, new SameThreadGate(), chunks: 1));
        chat = gateway.Chat;
    }

    [GlobalCleanup]
    public void CleanUp() => gateway.Dispose();

    [Benchmark(Baseline = true)]
    public ContextWindow OfTheRoute() => Find(null);

    [Benchmark]
    public ContextWindow Named() => Find(named);

    private ContextWindow Find(ChatOptions? options) => ((IContextWindowSource)chat.GetService(typeof(IContextWindowSource))!).Find(options);
}
