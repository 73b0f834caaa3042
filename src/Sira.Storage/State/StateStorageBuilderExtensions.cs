using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Sira.Kernel.Backup;
using Sira.Kernel.Builder;
using Sira.Kernel.Configuration;
using Sira.Kernel.Configuration.Versions;
using Sira.Kernel.Health.Status;
using Sira.Storage;
using Sira.Storage.Capabilities;
using Sira.Storage.Routing;
using Sira.Storage.State;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Keeps the state of Sira in storage.</summary>
public static class StateStorageBuilderExtensions
{
    private const StorageFeatures Needed = StorageFeatures.Conditions | StorageFeatures.TimeToLive | StorageFeatures.Scan | StorageFeatures.AtomicBatch;

    /// <summary>Keeps what Sira has in memory and cannot compute anew in storage, so that a restart does not forget it: the usage ledger, what is used of budgets and limits, open breakers, the history of the configuration and the changes that were applied over it.</summary>
    /// <remarks>A host takes over, when it starts, what processes that have ended have left, and keeps its own state from then on. An engine must be there, such as by <c>AddSqliteStorage</c>.</remarks>
    /// <param name="builder">The builder.</param>
    /// <param name="options">Where and how; the section <c>Sira:State</c> is read over them. <see langword="null"/> means the defaults. Called again, it changes nothing.</param>
    /// <returns>The builder.</returns>
    public static ISiraBuilder AddStateStorage(this ISiraBuilder builder, StateStorageOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var services = builder.AddStorage().Services;
        if (services.Any(static descriptor => descriptor.ServiceType == typeof(StateStorageConfiguration)))
        {
            return builder;
        }

        services.AddSingleton(provider => new StateStorageConfiguration(options ?? new StateStorageOptions(), provider.GetService<SiraConfigurationSection>()));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IConfigurationPart, StateStorageConfiguration>(static provider => provider.GetRequiredService<StateStorageConfiguration>()));
        services.AddSingleton(static provider => Need(provider.GetRequiredService<StateStorageConfiguration>()));
        services.AddSingleton<IStateKeeper>(Create);
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHealthContributor, StateHealth>());
        return builder;
    }

    private static StorageNeed Need(StateStorageConfiguration configuration)
    {
        var options = configuration.Read();
        return new StorageNeed("the state of the process", options.Namespace, Needed, options.Durability ?? StorageDurability.Process)
        {
            DurabilityPath = $"{configuration.Path}:{nameof(options.Durability)}",
        };
    }

    private static StateKeeper Create(IServiceProvider provider)
    {
        var configuration = provider.GetRequiredService<StateStorageConfiguration>();
        var (options, participants) = (configuration.Read(), provider.GetRequiredService<StateParticipants>());
        var errors = new ConfigurationErrors();
        foreach (var part in options.Parts.Where(part => !participants.Names.Contains(part, StringComparer.OrdinalIgnoreCase)))
        {
            errors.AddUnknownName($"{configuration.Path}:{nameof(options.Parts)}", "part with a state", part, participants.Names);
        }

        errors.ThrowIfAny();
        return new StateKeeper(
            provider.GetRequiredService<ISiraStorage>().For(options.Namespace),
            participants,
            options,
            provider.GetService<ISiraConfiguration>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<StateKeeper>>());
    }
}
