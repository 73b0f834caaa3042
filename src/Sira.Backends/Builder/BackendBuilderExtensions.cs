using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Http;
using Microsoft.Extensions.Options;
using Sira.Backends;
using Sira.Backends.Builder;
using Sira.Backends.Catalogue;
using Sira.Backends.Configuration;
using Sira.Backends.Http;
using Sira.Backends.Keys;
using Sira.Backends.Kinds;
using Sira.Backends.OpenAIChat.Dialects;
using Sira.Kernel.Builder;
using Sira.Kernel.Configuration;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds backends of any kind.</summary>
public static class BackendBuilderExtensions
{
    /// <summary>Adds any <see cref="IChatClient"/> as a backend: an official SDK's, a local model. Switch the client's own retries off; Sira retries.</summary>
    /// <remarks>The client is made once and disposed with the container. <see cref="BackendOptions.RequireFinishReason"/> is off unless <paramref name="configure"/> switches it on, since many clients never tell why they stopped.</remarks>
    /// <param name="builder">The builder.</param>
    /// <param name="name">The name; targets are written <c>name/model</c>.</param>
    /// <param name="factory">Makes the client.</param>
    /// <param name="configure">Sets facts about its models, and the embedding generator if it has one.</param>
    /// <returns>The builder.</returns>
    public static ISiraBuilder AddBackend(this ISiraBuilder builder, string name, Func<IServiceProvider, IChatClient> factory, Action<BackendOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(factory);
        return BackendRegistrations.Add(builder, name, BackendKinds.Custom, options =>
        {
            options.ChatClientFactory = factory;
            options.RequireFinishReason = false;
            configure?.Invoke(options);
        }, settings: (factory, configure));
    }

    /// <summary>Adds a backend of a kind by its name, such as a dialect of your own.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="name">The name; targets are written <c>name/model</c>.</param>
    /// <param name="kind">The kind: <c>openai</c>, <c>anthropic</c>, <c>gemini</c>, a dialect.</param>
    /// <param name="configure">Sets the options.</param>
    /// <returns>The builder.</returns>
    public static ISiraBuilder AddBackend(this ISiraBuilder builder, string name, string kind, Action<BackendOptions>? configure = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(kind);
        return BackendRegistrations.Add(builder, name, kind, configure);
    }

    /// <summary>Adds a dialect of the OpenAI family: a provider that Sira does not know. Its name becomes a kind of backend; one of Sira's own of the same name is replaced.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="dialect">The dialect.</param>
    /// <returns>The builder.</returns>
    public static ISiraBuilder AddDialect(this ISiraBuilder builder, OpenAIDialect dialect)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(dialect);
        builder.Services.AddSingleton(dialect);
        return builder;
    }

    /// <summary>Registers what backends need. <c>AddSira</c> calls it.</summary>
    /// <param name="builder">The builder.</param>
    /// <returns>The builder.</returns>
    public static ISiraBuilder AddBackends(this ISiraBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var services = builder.Services;
        services.AddSiraKernel();
        services.AddOptions();
        services.AddHttpClient();
        if (!services.Any(static descriptor => descriptor.ImplementationType == typeof(HttpBackends)))
        {
            // Before everything that the host has configured of the same clients, so that the host wins.
            services.Insert(0, ServiceDescriptor.Singleton<IConfigureOptions<HttpClientFactoryOptions>, HttpBackends>());
        }

        services.TryAddSingleton<ConnectTimeouts>();
        services.TryAddSingleton(static _ => new SiraConfigurationSection(null));
        services.AddContract<BackendRegistration>().AddContract<IConfigureOptions<BackendOptions>>().AddContract<OpenAIDialect>();
        services.TryAddSingleton<KeyStore>();
        services.TryAddSingleton<BackendFactory>();
        services.TryAddSingleton<IModelCatalogue, BundledModelCatalogue>();
        services.TryAddSingleton<IBackendSource, BackendSource>();
        return builder;
    }
}
