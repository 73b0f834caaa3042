using Sira.Kernel.Configuration;
using Sira.Kernel.Messaging;
using Sira.Kernel.Messaging.Errors;
using Sira.Kernel.Messaging.Topics;

namespace Sira.Kernel.Tests.Messaging.Topics;

public class TopicSettingsTests
{
    [Theory]
    [InlineData("orders.created", 1)]
    [InlineData("orders.*", 2)]
    [InlineData("orders.paid", 4)]
    [InlineData("orders.paid.late", 3)]
    [InlineData("orders.>", 3)]
    [InlineData("billing.paid", 4)]
    [InlineData("billing", 5)]
    [InlineData("*", 5)]
    public void Find_TakesTheVeryNameAndThenTheLongestThatCovers(string topics, int expected)
    {
        var table = new TopicSettingsTable(new Dictionary<string, TopicSettings>
        {
            [">"] = new() { Capacity = 5 },
            ["orders.>"] = new() { Capacity = 3 },
            ["*.paid"] = new() { Capacity = 4 },
            ["orders.*"] = new() { Capacity = 2 },
            ["orders.created"] = new() { Capacity = 1 },
        });

        Assert.Equal(expected, table.Find(TopicPattern.Parse(topics)).Capacity);
    }

    [Fact]
    public async Task Settings_GoOverWhatCodeSays_AndLeaveRequestsAlone()
    {
        await using var bus = new MessageBus(options: new() { Topics = new Dictionary<string, TopicSettings> { [">"] = new() { Capacity = 1, Overflow = QueueOverflow.Reject } } });
        var hold = new TaskCompletionSource();
        await using var subscription = await bus.SubscribeAsync<int>("orders", async (_, _) => await hold.Task, new() { Group = "g", Capacity = 10 });
        await using var second = await bus.SubscribeAsync<int>("orders", async (_, _) => await hold.Task, new() { Group = "g", Capacity = 10 });
        bus.Respond<int, int>("price", static (request, _) => new(request));
        using var topic = bus.Topic<int>("orders");
        await topic.PublishAsync(1);
        await Assert.ThrowsAsync<QueueFullException>(async () => await topic.PublishAsync(2));
        Assert.Equal([1024, 1], bus.Snapshot().Groups.Select(static group => group.Capacity));
        hold.SetResult();
    }

    [Fact]
    public void Validate_SeveralMistakes_AreToldTogether()
    {
        var options = new MessagingOptions
        {
            Topics = new Dictionary<string, TopicSettings> { ["orders..x"] = new(), ["orders"] = new() { Capacity = 0, DeduplicationCapacity = -1, MaximumDeliveries = 0 } },
        };
        var errors = new ConfigurationErrors();
        options.Validate("Sira:Messaging", errors);
        Assert.Equal(
            ["Sira:Messaging:Topics:orders..x", "Sira:Messaging:Topics:orders:Capacity", "Sira:Messaging:Topics:orders:DeduplicationCapacity", "Sira:Messaging:Topics:orders:MaximumDeliveries"],
            errors.Items.Select(static error => error.Path).Order(StringComparer.Ordinal));
    }
}
