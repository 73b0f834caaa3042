using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Sira.Gateway.Configuration;
using Sira.Gateway.Strategies;
using Sira.Gateway.Telemetry;
using Sira.Kernel.Builder;
using Sira.Pipeline;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>What an application types to describe its gateway.</summary>
public static class GatewayBuilderExtensions
{
    /// <summary>Adds a route: a named list of targets with the policy for choosing among them. Injected as the keyed <c>IChatClient</c> of its name; the route <c>default</c> also as the plain one.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="name">The name; ignores case.</param>
    /// <param name="configure">Describes the route.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="ArgumentException">A route of this name was added before.</exception>
    public static ISiraBuilder AddRoute(this ISiraBuilder builder, string name, Action<RouteBuilder> configure) => builder.AddRoute(name, RouteKind.Chat, configure);

    /// <summary>Adds a route for embeddings. Injected as the keyed <c>IEmbeddingGenerator</c> of its name; <c>default</c> also as the plain one.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="name">The name; ignores case.</param>
    /// <param name="configure">Describes the route. Its targets must be deployments of one model: vectors of different models do not compare.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="ArgumentException">An embedding route of this name was added before.</exception>
    public static ISiraBuilder AddEmbeddingRoute(this ISiraBuilder builder, string name, Action<RouteBuilder> configure) => builder.AddRoute(name, RouteKind.Embeddings, configure);

    /// <summary>Gives a target or route another name, which callers may use as model id.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="alias">The other name.</param>
    /// <param name="target">What it stands for: <c>@route</c>, <c>backend/model</c> or another alias.</param>
    /// <returns>The builder.</returns>
    public static ISiraBuilder AddAlias(this ISiraBuilder builder, string alias, string target)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(alias);
        ArgumentException.ThrowIfNullOrWhiteSpace(target);
        return builder.ConfigureGateway(options => options.Aliases[alias] = target);
    }

    /// <summary>Sets what holds for all routes.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="configure">Sets the options.</param>
    /// <returns>The builder.</returns>
    public static ISiraBuilder ConfigureGateway(this ISiraBuilder builder, Action<GatewayOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.Configure(configure);
        return builder;
    }

    /// <summary>Adds a strategy of your own; routes ask for it by its name.</summary>
    /// <typeparam name="TStrategy">The strategy.</typeparam>
    /// <param name="builder">The builder.</param>
    /// <returns>The builder.</returns>
    public static ISiraBuilder AddStrategy<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TStrategy>(this ISiraBuilder builder)
        where TStrategy : class, IRoutingStrategy
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<IRoutingStrategy, TStrategy>());
        return builder;
    }

    /// <summary>Puts a span and metrics around each whole call, tools and retries included, after OpenTelemetry's gen_ai conventions. Attempts have spans of their own without it.</summary>
    /// <param name="builder">The builder.</param>
    /// <returns>The builder.</returns>
    public static ISiraBuilder UseTelemetry(this ISiraBuilder builder) =>
        builder.Use(new ChatStage(TelemetryChatClient.StageName, static (inner, _) => new TelemetryChatClient(inner)));

    private static ISiraBuilder AddRoute(this ISiraBuilder builder, string name, RouteKind kind, Action<RouteBuilder> configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(configure);
        var registration = new RouteRegistration(name, kind);
        if (builder.Services.Any(descriptor => descriptor.ImplementationInstance is RouteRegistration existing && existing.Kind == kind && string.Equals(existing.Name, name, StringComparison.OrdinalIgnoreCase)))
        {
            throw new ArgumentException($"The route '{name}' was added before. Describe it once, or give the second another name.", nameof(name));
        }

        builder.Services.AddSingleton(registration);
        builder.Services.Configure<RouteOptions>(registration.OptionsName, options => configure(new RouteBuilder(options)));
        return builder;
    }
}
