using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Sira.Kernel.Builder;
using Sira.Kernel.Configuration;
using Sira.Kernel.Health.Status;
using Sira.Storage;
using Sira.Storage.Engines.Memory;
using Sira.Storage.Engines.Sqlite;
using Sira.Storage.Hosting;
using Sira.Storage.Monitoring;
using Sira.Storage.Routing;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds storage to Sira: engines, and which of them keeps what.</summary>
public static class StorageBuilderExtensions
{
    /// <summary>Sets which engine keeps what. Engines are added by <c>AddSqliteStorage</c> and its like, or in the section <c>Sira:Storage</c>.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="configure">Sets the options; called again, it adds to what was set before.</param>
    /// <returns>The builder.</returns>
    public static ISiraBuilder AddStorage(this ISiraBuilder builder, Action<StorageOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var services = builder.Services;
        if (services.FirstOrDefault(static descriptor => descriptor.ServiceType == typeof(StorageOptions))?.ImplementationInstance is not StorageOptions options)
        {
            services.AddSingleton(options = new StorageOptions());
            AddServices(services);
        }

        configure?.Invoke(options);
        return builder;
    }

    /// <summary>Adds an engine of a kind. For who writes one: applications use <c>AddSqliteStorage</c> and its like.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="name">The name of the engine; ignores case.</param>
    /// <param name="kind">Its kind, with what code has set.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="ArgumentException">An engine of this name was added before.</exception>
    public static ISiraBuilder AddStorageEngine(this ISiraBuilder builder, string name, StorageEngineKind kind)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(kind);
        builder.AddStorage();
        if (builder.Services.Any(descriptor => descriptor.ImplementationInstance is StorageEngineDefinition existing && string.Equals(existing.Name, name, StringComparison.OrdinalIgnoreCase)))
        {
            throw new ArgumentException($"A storage engine '{name}' was added before. Give this one another name.", nameof(name));
        }

        builder.Services.AddSingleton(new StorageEngineDefinition(name, kind));
        return builder;
    }

    /// <summary>Adds an engine that is made by your own code.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="name">The name of the engine; ignores case.</param>
    /// <param name="create">Makes it. It is opened and closed with the host.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="ArgumentException">An engine of this name was added before.</exception>
    public static ISiraBuilder AddStorageEngine(this ISiraBuilder builder, string name, Func<IServiceProvider, IStorageEngine> create)
    {
        ArgumentNullException.ThrowIfNull(create);
        return builder.AddStorageEngine(name, new StorageEngineKind("Custom", _ => create));
    }

    /// <summary>Adds an engine that keeps everything in the memory of this process.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="name">The name of the engine; ignores case.</param>
    /// <param name="options">How much; the section <c>Sira:Storage:Engines:{name}</c> is read over it.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="ArgumentException">An engine of this name was added before.</exception>
    public static ISiraBuilder AddMemoryStorage(this ISiraBuilder builder, string name = "memory", MemoryEngineOptions? options = null) => builder.AddStorageEngine(name, MemoryEngineKind.Create(options));

    /// <summary>Adds an engine that keeps everything in one file: embedded, durable, for one process.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="name">The name of the engine; ignores case.</param>
    /// <param name="options">Where and how; the section <c>Sira:Storage:Engines:{name}</c> is read over it.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="ArgumentException">An engine of this name was added before.</exception>
    public static ISiraBuilder AddSqliteStorage(this ISiraBuilder builder, string name = "sqlite", SqliteEngineOptions? options = null) => builder.AddStorageEngine(name, SqliteEngineKind.Create(options));

    private static void AddServices(IServiceCollection services)
    {
        services.AddSingleton(MemoryEngineKind.Create(null));
        services.AddSingleton(SqliteEngineKind.Create(null));
        services.TryAddSingleton(static provider => new StorageConfiguration(
            provider.GetServices<StorageEngineDefinition>(), provider.GetServices<StorageEngineKind>(), provider.GetRequiredService<StorageOptions>(), provider.GetService<SiraConfigurationSection>()));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IConfigurationPart, StorageConfiguration>(static provider => provider.GetRequiredService<StorageConfiguration>()));
        services.TryAddSingleton(static provider => new SiraStorage(provider.GetRequiredService<StorageConfiguration>().Read(), provider.GetServices<StorageNeed>(), provider));
        services.TryAddSingleton<EngineMonitors>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHealthContributor, StorageHealth>());
        services.TryAddSingleton<ISiraStorage>(static provider => provider.GetRequiredService<SiraStorage>());

        // Where there is no engine this is null, for those who can do without.
        services.TryAddSingleton<IStorageEngine>(static provider => provider.GetRequiredService<SiraStorage>().Whole!);
        services.TryAddKeyedSingleton(KeyedService.AnyKey, static (provider, key) => provider.GetRequiredService<ISiraStorage>().Engine($"{key}"));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, StorageStartup>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, LargeValueSweeper>());
    }
}
