using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Sira.Kernel.Builder;
using Sira.Kernel.Configuration;
using Sira.Kernel.Time;
using Sira.Pipeline;
using Sira.Session;
using Sira.Session.Chat;
using Sira.Session.Compaction;
using Sira.Session.Context;
using Sira.Session.Hosting;
using Sira.Session.Memory;
using Sira.Storage;
using Sira.Storage.Capabilities;
using Sira.Storage.Codecs.Encryption;
using Sira.Storage.Routing;
using Sira.Tokens;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Puts sessions in the pipeline.</summary>
public static class SessionBuilderExtensions
{
    /// <summary>Gives calls with a <c>ConversationId</c> their history, and keeps what is said, in the storage of the application. Afterwards <see cref="ISessions"/> can be injected.</summary>
    /// <remarks>Use it outside of the stages that act on whole requests, such as <c>UseCache</c> and <c>UseTools</c>: first. Calls without an id go through untouched.</remarks>
    /// <param name="builder">The builder.</param>
    /// <param name="configure">Sets the options; the section <c>Sira:Sessions</c> is read over them. Mistakes are reported at start-up. Called again, it adds to what was set before.</param>
    /// <returns>The builder.</returns>
    public static ISiraBuilder UseSessions(this ISiraBuilder builder, Action<SessionChatOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var services = builder.AddStorage().Services;
        services.AddOptions<SessionChatOptions>();
        if (configure is not null)
        {
            services.Configure(configure);
        }

        if (!services.Any(static descriptor => descriptor.ServiceType == typeof(SessionConfiguration)))
        {
            services.AddSingleton(static provider => Need(provider.GetRequiredService<SessionConfiguration>()));

            // A data key for each user, or for each session that is nobody's, so that erasing one destroys its key.
            services.AddSingleton(static provider => SubjectRule.FirstSegment(provider.GetRequiredService<SessionConfiguration>().Current.Sessions.Namespace));
        }

        services.TryAddSingleton(static provider => new SessionConfiguration(provider.GetRequiredService<IOptionsFactory<SessionChatOptions>>(), provider.GetService<SiraConfigurationSection>()));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IConfigurationPart, SessionConfiguration>(static provider => provider.GetRequiredService<SessionConfiguration>()));
        services.TryAddSingleton(CreateStore);
        services.TryAddSingleton<ISessions>(static provider => provider.GetRequiredService<SessionStore>());
        services.TryAddSingleton<IMemoryIndex>(static provider => CreateMemory(provider)!);
        services.TryAddSingleton(CreateServices);
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, SessionUpkeep>());
        return builder.Use(new ChatStage(SessionChatClient.StageName, static (inner, provider) => new SessionChatClient(inner, provider!.GetRequiredService<SessionChatServices>)));
    }

    private static StorageNeed Need(SessionConfiguration configuration)
    {
        var options = configuration.Current.Sessions;
        return new StorageNeed("sessions", options.Namespace, StorageFeatures.Conditions | StorageFeatures.EventLog | StorageFeatures.Scan, options.Durability ?? StorageDurability.Process)
        {
            DurabilityPath = $"{configuration.Path}:{nameof(options.Durability)}",
        };
    }

    private static SessionStore CreateStore(IServiceProvider provider)
    {
        var options = provider.GetRequiredService<SessionConfiguration>().Current.Sessions;
        var store = new SessionStore(
            provider.GetRequiredService<ISiraStorage>().For(options.Namespace),
            options,
            provider.GetService<TimeProvider>(),
            provider.GetService<ITokenEstimator>(),
            provider.GetService<ISubjectEraser>() ?? new StorageSubjectEraser(provider.GetRequiredService<ISiraStorage>(), options.Namespace),
            provider.GetService<IRandomSource>(),
            provider.GetService<ILoggerFactory>());
        if (provider.GetService<IMemoryIndex>() is { } memory)
        {
            store.Observe(new MemoryFollower(memory));
        }

        return store;
    }

    private static CheckedMemory? CreateMemory(IServiceProvider provider)
    {
        var options = provider.GetRequiredService<SessionConfiguration>().Current;
        if (options.MemoryResults == 0)
        {
            return null;
        }

        var memory = new MemoryIndexOptions();
        var logger = (provider.GetService<ILoggerFactory>() ?? NullLoggerFactory.Instance).CreateLogger(typeof(MemoryIndex).FullName!);
        var index = new MemoryIndex(
            provider.GetRequiredService<ISiraStorage>().For(memory.Namespace).Store,
            memory,
            options.MemoryEmbeddingRoute is { } route ? provider.GetRequiredKeyedService<IEmbeddingGenerator<string, Embedding<float>>>(route) : null,
            provider.GetService<TimeProvider>(),
            provider.GetService<IRandomSource>(),
            logger);

        // Which in turn keep the index in step: they are asked for when the first search is made.
        return new CheckedMemory(index, provider.GetRequiredService<ISessions>, logger);
    }

    private static SessionChatServices CreateServices(IServiceProvider provider)
    {
        var options = provider.GetRequiredService<SessionConfiguration>().Current;
        return new SessionChatServices(
            provider.GetRequiredService<ISessions>(),
            options,
            provider.GetService<IContextBuilder>(),
            provider.GetService<ICompactor>() ?? CreateCompactor(options, provider),
            provider.GetService<IMemoryIndex>(),
            provider.GetService<TimeProvider>(),
            provider.GetService<ILoggerFactory>());
    }

    private static ICompactor? CreateCompactor(SessionChatOptions options, IServiceProvider provider) =>
        (options.Compactor ?? (options.SummaryRoute is null ? null : Compactors.Summarise))?.ToLowerInvariant() switch
        {
            Compactors.Summarise => new SummariseCompactor(Client(options, provider)),
            Compactors.Hierarchical => new HierarchicalCompactor(Client(options, provider)),
            Compactors.Importance => new ImportanceCompactor(),
            _ => null,
        };

    private static IChatClient Client(SessionChatOptions options, IServiceProvider provider) =>
        options.SummaryRoute is { } route ? provider.GetRequiredKeyedService<IChatClient>(route) : provider.GetRequiredService<IChatClient>();
}
