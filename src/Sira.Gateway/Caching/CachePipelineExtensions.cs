using Sira.Pipeline;

namespace Sira.Gateway.Caching;

/// <summary>Puts the response cache around any client, without Sira's container.</summary>
public static class CachePipelineExtensions
{
    /// <summary>Answers what was asked before from a cache. Each pipeline has its own.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="configure">Sets the options.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="Sira.Kernel.Configuration.SiraConfigurationException">A value is out of range.</exception>
    public static SiraPipelineBuilder UseCache(this SiraPipelineBuilder builder, Action<CacheOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var options = new CacheOptions();
        configure?.Invoke(options);
        CacheOptionsValidator.Check(options).ThrowIfAny();
        return builder.Use(new ChatStage(CachingChatClient.StageName, (inner, services) => new CachingChatClient(inner, CacheFactory.Create(options, services))));
    }
}
