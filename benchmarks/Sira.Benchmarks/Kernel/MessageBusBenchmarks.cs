using BenchmarkDotNet.Attributes;
using Sira.Kernel.Messaging;

namespace Sira.Benchmarks.Kernel;

/// <summary>What it costs to publish to nobody and to one handler.</summary>
public class MessageBusBenchmarks : IDisposable
{
    private readonly MessageBus bus = new();
    private long received;

    [Params(0, 1)]
    public int Subscribers { get; set; }

    [GlobalSetup]
    public void SetUp()
    {
        for (var i = 0; i < Subscribers; i++)
        {
            bus.Subscribe<Message>(message => received += message.Number);
        }
    }

    [GlobalCleanup]
    public void Dispose() => bus.Dispose();

    [Benchmark]
    public void Publish() => bus.Publish(new Message(1));

    private readonly record struct Message(long Number);
}
