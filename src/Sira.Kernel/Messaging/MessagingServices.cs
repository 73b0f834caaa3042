using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Sira.Kernel.Configuration;
using Sira.Kernel.Messaging.Journal;
using Sira.Kernel.Messaging.Topics;
using Sira.Kernel.Time;

namespace Sira.Kernel.Messaging;

/// <summary>Registers the bus.</summary>
internal static class MessagingServices
{
    public static void Add(IServiceCollection services)
    {
        services.TryAddSingleton(static provider => new MessagingConfiguration(provider.GetService<MessagingOptions>() ?? new MessagingOptions(), provider.GetService<SiraConfigurationSection>()));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IConfigurationPart, MessagingConfiguration>(static provider => provider.GetRequiredService<MessagingConfiguration>()));
        services.TryAddSingleton<IMessageBus>(static provider => new MessageBus(
            provider.GetService<ILogger<MessageBus>>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<IRandomSource>(),
            provider.GetService<IMessageJournal>(),
            provider.GetRequiredService<MessagingConfiguration>().Read()));
    }
}
