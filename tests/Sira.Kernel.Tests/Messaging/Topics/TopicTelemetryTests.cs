using System.Diagnostics;
using Sira.Kernel.Messaging;
using Sira.Kernel.Messaging.Consumers;
using Sira.Kernel.Messaging.Journal;
using Sira.Testing.Messaging;
using Sira.Testing.Telemetry;

namespace Sira.Kernel.Tests.Messaging.Topics;

public sealed class TopicTelemetryTests : IAsyncDisposable
{
    private readonly MessageBus bus = new(journal: new InMemoryMessageJournal());

    public ValueTask DisposeAsync() => bus.DisposeAsync();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Spans_OfPublisherAndConsumer_AreOneTraceAfterTheConventions(bool isDurable)
    {
        using var activities = new ActivityCollector();
        using var topic = bus.Topic<string>("orders.created", new() { IsDurable = isDurable, Codec = MessageCodecs.Text });
        await topic.SubscribeAsync((_, _) => throw new InvalidOperationException("broken"), new() { Group = "g", IsDurable = isDurable, Retry = MessageRetryOptions.None, Partitions = 1 });

        await topic.PublishAsync("a secret", new() { MessageId = "m-1", CorrelationId = "c-1" });

        await Eventually.HoldsAsync(() => activities.Stopped.Count == 2, "two spans");
        var (send, process) = (activities.Stopped.Single(one => one.Kind == ActivityKind.Producer), activities.Stopped.Single(one => one.Kind == ActivityKind.Consumer));
        Assert.Equal(("send orders.created", "process orders.created"), (send.DisplayName, process.DisplayName));
        Assert.Equal((activities.Root.SpanId, send.SpanId), (send.ParentSpanId, process.ParentSpanId));
        Assert.Equal(("sira", "orders.created", "send", "m-1"), (send.GetTagItem("messaging.system"), send.GetTagItem("messaging.destination.name"), send.GetTagItem("messaging.operation.type"), send.GetTagItem("messaging.message.id")));
        Assert.Equal(("process", "m-1", "c-1", "g", "0"), (process.GetTagItem("messaging.operation.type"), process.GetTagItem("messaging.message.id"), process.GetTagItem("messaging.message.conversation_id"), process.GetTagItem("messaging.consumer.group.name"), process.GetTagItem("messaging.destination.partition.id")));
        Assert.Equal((ActivityStatusCode.Error, "System.InvalidOperationException"), (process.Status, process.GetTagItem("error.type")));
        Assert.DoesNotContain("secret", activities.AllText, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Metrics_OfATopic_CountWhatHappened()
    {
        using var metrics = new MetricCollector("messaging.destination.name", "metrics.topic");
        using var topic = bus.Topic<int>("metrics.topic");
        await topic.PublishAsync(0);
        await topic.SubscribeAsync((message, _) => message.Message == 1 ? throw new InvalidOperationException("no") : default, new() { Group = "g", Retry = new() { MaximumDeliveries = 2 } });
        await topic.PublishAsync(1);
        await topic.PublishAsync(2, new() { MessageId = "m" });
        await topic.PublishAsync(2, new() { MessageId = "m" });

        await Eventually.HoldsAsync(() => bus.Snapshot().Groups.Single() is { Acknowledged: 1, DeadLettered: 1 }, "all are handled");
        Assert.Equal((3, 1, 1), (Sum("sira.bus.published"), Sum("sira.bus.unmatched"), Sum("sira.bus.duplicates")));
        Assert.Equal((3, 1, 1), (Sum("sira.bus.delivered"), Sum("sira.bus.retried"), Sum("sira.bus.dead_lettered")));
        Assert.Equal(3, metrics.Of("sira.bus.queue.time").Count);
        Assert.All(metrics.Of("sira.bus.delivered"), measured => Assert.Equal("g", measured.Tags["messaging.consumer.group.name"]));

        double Sum(string instrument) => metrics.Of(instrument).Sum(measured => measured.Value);
    }
}
