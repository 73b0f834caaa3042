using Microsoft.Extensions.DependencyInjection.Extensions;
using Sira.Gateway.Caching;
using Sira.Kernel.Builder;
using Sira.Kernel.Configuration;
using Sira.Pipeline;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Puts the response cache in the pipeline.</summary>
public static class CacheBuilderExtensions
{
    /// <summary>Answers what was asked before from a cache, for all routes: exactly the same request, and on demand also a question that resembles another. A registered <c>IDistributedCache</c> is its second level.</summary>
    /// <remarks>Use it outside of stages that ask a model several times on purpose, and inside of those that add to a request what is not its caller's.</remarks>
    /// <param name="builder">The builder.</param>
    /// <param name="configure">Sets the options; the section <c>Sira:Cache</c> is read over them. Mistakes are reported at start-up. Called again, it adds to what was set before.</param>
    /// <returns>The builder.</returns>
    public static ISiraBuilder UseCache(this ISiraBuilder builder, Action<CacheOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var services = builder.Services;
        services.AddOptions<CacheOptions>();
        if (configure is not null)
        {
            services.Configure(configure);
        }

        services.TryAddSingleton<CacheConfiguration>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IConfigurationPart, CacheConfiguration>(static provider => provider.GetRequiredService<CacheConfiguration>()));
        services.TryAddSingleton(static provider => CacheFactory.Create(provider.GetRequiredService<CacheConfiguration>().Current, provider));
        return builder.Use(new ChatStage(CachingChatClient.StageName, static (inner, provider) => new CachingChatClient(inner, provider!.GetRequiredService<ResponseCache>())));
    }
}
