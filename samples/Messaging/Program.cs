using Sira.Kernel.Messaging;
using Sira.Kernel.Messaging.Consumers;
using Sira.Kernel.Messaging.DeadLetters;
using Sira.Kernel.Messaging.Envelopes;
using Sira.Kernel.Messaging.Journal;
using Sira.Kernel.Messaging.Topics;
using Sira.Kernel.Sealing;

// dotnet run --project samples/Messaging
// A durable topic with encrypted messages: orders in their order by customer, retries, dead letters, redrive, and a bus that goes and comes back.
var journal = new InMemoryMessageJournal();
var codec = new MessageCodec<Order>(OrderContext.Default.Order, new() { Sealer = new Sealer(new KeyRing(SealingKey.CreateEphemeral("demo"))) });
var mailServerIsDown = true;
var mails = new ConsumerOptions<Order>
{
    Group = "mails",
    IsDurable = true,
    Codec = codec,
    Partitions = 8,
    Concurrency = 4,
    Retry = new() { MaximumDeliveries = 3, ImmediateRetries = 1, FirstDelay = TimeSpan.FromMilliseconds(200) },
};

await using (var bus = new MessageBus(journal: journal))
{
    using var deadLetters = bus.Subscribe<MessageDeadLettered>(message => Say("bus", $"{message.Letter.Message.Id} set aside after {message.Letter.Deliveries} deliveries: {message.Letter.Error}"));
    using var orders = bus.Topic<Order>("orders.placed", new() { IsDurable = true, Codec = codec });
    await using var sending = await bus.SubscribeAsync<Order>("orders.>", SendMail, mails);

    for (var number = 1; number <= 6; number++)
    {
        var customer = number % 2 == 0 ? "Ada" : "Grace";
        await orders.PublishAsync(new Order(number, customer), new PublishOptions { Key = customer, MessageId = $"order-{number}" });
    }

    var again = await orders.PublishAsync(new Order(6, "Ada"), new PublishOptions { Key = "Ada", MessageId = "order-6" });
    Say("shop", $"order-6 published twice: duplicate is {again.IsDuplicate}");

    while (bus.Snapshot().Groups.Single() is not { Acknowledged: 3, DeadLettered: 3 })
    {
        await Task.Delay(20);
    }

    Say("shop", "the process ends");
}

Say("shop", "and begins again; the mail server is back");
mailServerIsDown = false;
await using (var bus = new MessageBus(journal: journal))
{
    await using var sending = await bus.SubscribeAsync<Order>("orders.>", SendMail, mails);
    var redriven = await bus.DeadLetters.RedriveAsync(new DeadLetterQuery { Group = "mails" });
    Say("shop", $"{redriven} dead letters redriven");

    while (bus.Snapshot().Groups.Single().Acknowledged < redriven)
    {
        await Task.Delay(20);
    }
}

ValueTask SendMail(MessageContext<Order> message, CancellationToken cancellationToken)
{
    var order = message.Message;
    if (mailServerIsDown && order.Customer == "Grace")
    {
        Say("mails", $"order {order.Number} of {order.Customer}, delivery {message.Delivery}: fails");
        throw new InvalidOperationException("the mail server refuses Grace");
    }

    Say("mails", $"order {order.Number} of {order.Customer}, delivery {message.Delivery}: sent");
    return default;
}

static void Say(string who, string what) => Console.WriteLine($"{who,-6} {what}");
