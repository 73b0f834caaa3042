using Sira.Kernel.Builder;

namespace Sira.Kernel.Plugins;

/// <summary>A package of contributions to Sira, referenced at build time or loaded while the host runs.</summary>
/// <remarks>
/// <para>A plugin has a container of its own. What <see cref="Configure"/> registers there under one of Sira's contracts (backends, strategies, balancers, routes, stages, tools, subscribers…) the host takes into its live registries, and gives it up again before the plugin stops.</para>
/// <para>Every call of the host into a plugin is bounded in time and made outside the execution context of whoever caused it. A plugin that has ended must leave nothing running: what it started, it ends in <see cref="StopAsync"/> or on <see cref="PluginContext.Stopping"/>.</para>
/// <para>The type needs a public constructor without parameters.</para>
/// </remarks>
public interface ISiraPlugin
{
    /// <summary>Registers what the plugin contributes. Quick, without waiting for anything; connections are made in <see cref="StartAsync"/> or at the first use.</summary>
    /// <param name="sira">The builder, as in <c>AddSira</c>; its services are the plugin's own container.</param>
    /// <param name="context">Who the plugin is, and what the host has set for it.</param>
    void Configure(ISiraBuilder sira, PluginContext context);

    /// <summary>Starts what has to run in the background. The plugin's hosted services are started after it. Contributions are taken over once this has ended.</summary>
    /// <param name="services">The plugin's container.</param>
    /// <param name="cancellationToken">Cancelled when it takes too long.</param>
    /// <returns>A task that ends when the plugin has started; what it throws keeps the plugin from being used.</returns>
    Task StartAsync(IServiceProvider services, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Ends everything that the plugin started. No call into its contributions is under way any more, nor will be.</summary>
    /// <param name="cancellationToken">Cancelled when it takes too long.</param>
    /// <returns>A task that ends when nothing of the plugin runs any more.</returns>
    Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
