using System.Threading.Channels;
using BenchmarkDotNet.Attributes;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Sira.Kernel.Messaging;
using Sira.Kernel.Messaging.Topics;

namespace Sira.Benchmarks.Kernel;

/// <summary>What a message costs from a publisher through a bounded queue to a handler on another thread, beside a bare bounded channel and another bus.</summary>
public class MessageQueueBenchmarks : IAsyncDisposable
{
    private const int Messages = 20_000;
    private const int Capacity = 1024;

    private readonly MessageBus bus = new();
    private readonly SemaphoreSlim done = new(0);
    private readonly Channel<Message> channel = Channel.CreateBounded<Message>(new BoundedChannelOptions(Capacity) { SingleReader = true });
    private ITopic<Message> topic = null!;
    private ServiceProvider services = null!;
    private IBusControl massTransit = null!;
    private int received;

    [GlobalSetup]
    public void SetUp() => SetUpAsync().GetAwaiter().GetResult();

    private async Task SetUpAsync()
    {
        bus.Subscribe<Message>(
            (_, _) =>
            {
                Receive();
                return default;
            },
            new QueuedSubscriptionOptions { Capacity = Capacity, Overflow = QueueOverflow.Wait });
        topic = bus.Topic<Message>("benchmark");
        await topic.SubscribeAsync(
            (_, _) =>
            {
                Receive();
                return default;
            },
            new() { Capacity = Capacity });
        _ = ReadChannelAsync();

        var collection = new ServiceCollection().AddLogging().AddSingleton(this);
        collection.AddMassTransit(configuration =>
        {
            configuration.AddConsumer<PeerConsumer>();
            configuration.UsingInMemory((context, transport) => transport.ConfigureEndpoints(context));
        });
        services = collection.BuildServiceProvider();
        massTransit = services.GetRequiredService<IBusControl>();
        await massTransit.StartAsync();
    }

    [GlobalCleanup]
    public async ValueTask DisposeAsync()
    {
        await massTransit.StopAsync();
        await services.DisposeAsync();
        await bus.DisposeAsync();
        done.Dispose();
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Messages)]
    public async Task RawChannel()
    {
        received = 0;
        for (var i = 0; i < Messages; i++)
        {
            var writing = channel.Writer.WriteAsync(new Message(i));
            if (!writing.IsCompletedSuccessfully)
            {
                await writing;
            }
        }

        await done.WaitAsync();
    }

    [Benchmark(OperationsPerInvoke = Messages)]
    public async Task ByType()
    {
        received = 0;
        for (var i = 0; i < Messages; i++)
        {
            var publishing = bus.PublishAsync(new Message(i));
            if (!publishing.IsCompletedSuccessfully)
            {
                await publishing;
            }
        }

        await done.WaitAsync();
    }

    [Benchmark(OperationsPerInvoke = Messages)]
    public async Task ByTopic()
    {
        received = 0;
        for (var i = 0; i < Messages; i++)
        {
            await topic.PublishAsync(new Message(i));
        }

        await done.WaitAsync();
    }

    [Benchmark(OperationsPerInvoke = Messages)]
    public async Task MassTransitInMemory()
    {
        received = 0;
        for (var i = 0; i < Messages; i++)
        {
            await massTransit.Publish(new Message(i));
        }

        await done.WaitAsync();
    }

    private void Receive()
    {
        if (Interlocked.Increment(ref received) == Messages)
        {
            done.Release();
        }
    }

    private async Task ReadChannelAsync()
    {
        while (await channel.Reader.WaitToReadAsync())
        {
            while (channel.Reader.TryRead(out _))
            {
                Receive();
            }
        }
    }

    public sealed record Message(int Number);

    public sealed class PeerConsumer(MessageQueueBenchmarks benchmarks) : IConsumer<Message>
    {
        public Task Consume(ConsumeContext<Message> context)
        {
            benchmarks.Receive();
            return Task.CompletedTask;
        }
    }
}
