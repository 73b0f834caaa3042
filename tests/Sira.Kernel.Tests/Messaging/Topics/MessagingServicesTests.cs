using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Sira.Kernel.Configuration;
using Sira.Kernel.Messaging;
using Sira.Kernel.Messaging.Errors;
using Sira.Kernel.Messaging.Journal;
using Sira.Testing.Messaging;

namespace Sira.Kernel.Tests.Messaging.Topics;

public class MessagingServicesTests
{
    [Fact]
    public async Task Topics_FromConfiguration_BoundTheGroups()
    {
        await using var services = Build(("Sira:Messaging:Topics:orders.>:Capacity", "7"), ("Sira:Messaging:Topics:orders.>:Overflow", "DropOldest"));
        var bus = services.GetRequiredService<IMessageBus>();
        await bus.SubscribeAsync<int>("orders.*", static (_, _) => default);
        Assert.Equal((7, QueueOverflow.DropOldest), bus.Snapshot().Groups.Select(static group => (group.Capacity, group.Overflow)).Single());
    }

    [Fact]
    public async Task AddSiraKernel_JournalAndSection_AreThoseOfTheBus()
    {
        await using var services = Build(("Sira:Messaging:MaximumTopics", "1"));
        var bus = services.GetRequiredService<IMessageBus>();

        using var topic = bus.Topic<int>("orders", new() { IsDurable = true, Codec = MessageCodecs.Number });

        Assert.Throws<MessagingException>(() => bus.Topic<int>("payments"));
    }

    [Fact]
    public async Task AddSiraKernel_WrongSection_NamesAllMistakes()
    {
        await using var services = Build(("Sira:Messaging:MaximumTopics", "0"), ("Sira:Messaging:MaximumQueues", "7"));

        var exception = Assert.Throws<SiraConfigurationException>(services.GetRequiredService<IMessageBus>);

        Assert.Equal(["Sira:Messaging:MaximumQueues", "Sira:Messaging:MaximumTopics"], exception.Errors.Select(error => error.Path).Order());
    }

    private static ServiceProvider Build(params (string Key, string Value)[] settings)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value))).Build();
        return new ServiceCollection()
            .AddSingleton(new SiraConfigurationSection(configuration.GetSection("Sira")))
            .AddSingleton<IMessageJournal>(new InMemoryMessageJournal())
            .AddSiraKernel()
            .BuildServiceProvider();
    }
}
