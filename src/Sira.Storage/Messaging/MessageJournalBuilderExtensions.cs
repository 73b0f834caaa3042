using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Sira.Kernel.Builder;
using Sira.Kernel.Configuration;
using Sira.Kernel.Messaging.Journal;
using Sira.Storage;
using Sira.Storage.Messaging;
using Sira.Storage.Routing;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Gives the message bus a journal on a storage engine.</summary>
public static class MessageJournalBuilderExtensions
{
    /// <summary>Keeps the durable topics of the bus on a storage engine: the <see cref="IStorageEngine"/> of the container, or the one with the key <see cref="StorageJournalOptions.Engine"/>.</summary>
    /// <remarks>A journal that is registered already stays; called again, it changes nothing. Mistakes are reported when the bus is made: an option that is out of range, an engine that is not there or cannot do what the journal needs.</remarks>
    /// <param name="builder">The builder.</param>
    /// <param name="options">Where and how; the section <c>Sira:Journal</c> is read over them. <see langword="null"/> means the defaults.</param>
    /// <returns>The builder.</returns>
    public static ISiraBuilder AddMessageJournal(this ISiraBuilder builder, StorageJournalOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var services = builder.Services;
        services.TryAddSingleton(provider => new JournalConfiguration(options ?? new StorageJournalOptions(), provider.GetService<SiraConfigurationSection>()));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IConfigurationPart, JournalConfiguration>(static provider => provider.GetRequiredService<JournalConfiguration>()));
        services.TryAddSingleton<IMessageJournal>(Create);
        return builder;
    }

    private static IStorageEngine? Find(IServiceProvider provider, string name)
    {
        try
        {
            return provider.GetKeyedService<IStorageEngine>(name);
        }
        catch (UnknownEngineException)
        {
            return null;
        }
    }

    private static StorageMessageJournal Create(IServiceProvider provider)
    {
        var configuration = provider.GetRequiredService<JournalConfiguration>();
        var errors = new ConfigurationErrors();
        var options = configuration.Read(errors);
        var engine = options.Engine is { } name ? Find(provider, name) : provider.GetService<IStorageEngine>();
        if (engine is null)
        {
            var known = provider.GetService<ISiraStorage>()?.Engines.Select(static engine => engine.Name).ToArray() ?? [];
            errors.Add(
                $"{configuration.Path}:{nameof(options.Engine)}",
                options.Engine is null ? "no storage engine is registered." : $"there is no storage engine '{options.Engine}'.",
                options.Engine is null || known.Length == 0 ? "Add one, such as by AddSqliteStorage(), or register an IStorageEngine under this name or, where none is named, without a key." : UnknownName.Suggest("engine", options.Engine, known));
        }
        else
        {
            StorageMessageJournal.Check(engine, options, configuration.Path, errors);
        }

        errors.ThrowIfAny();
        return new StorageMessageJournal(engine!, options, provider.GetService<TimeProvider>(), provider.GetService<ILogger<StorageMessageJournal>>());
    }
}
