using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Sira.Kernel.Builder;
using Sira.Kernel.Messaging.Consumers;
using Sira.Kernel.Messaging.Contributed;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Declares subscribers of topics, in <c>AddSira</c> and in <c>ISiraPlugin.Configure</c> alike.</summary>
/// <remarks>
/// <para>A subscriber begins when the host has started or, of a plugin that comes later, when its contributions come into force; it ends with them, after what it has in work.</para>
/// <para>Where a plugin is replaced by a version that declares the same subscriber (same topics, type and options), the subscription stays and only its handler changes: nothing is lost, what the old handler has in work it ends, and everything else goes to the new one.
/// Where they differ, the new one gets what is published from then on, and the old one ends what it has within its drain timeout; a durable group leaves the rest to the new one.</para>
/// </remarks>
public static class SubscriberBuilderExtensions
{
    /// <summary>Declares a subscriber whose handler comes from the contributor's container, in a scope for each message.</summary>
    /// <typeparam name="TMessage">The type of message; topics of another type are not heard.</typeparam>
    /// <typeparam name="THandler">The handler; registered as scoped unless it is registered before.</typeparam>
    /// <param name="builder">The builder.</param>
    /// <param name="pattern">A topic's name, or a pattern where <c>*</c> stands for one token and a final <c>></c> for the rest.</param>
    /// <param name="options">Group, concurrency, partitions, retries and the like.</param>
    /// <returns>The builder.</returns>
    public static ISiraBuilder AddSubscriber<TMessage, [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] THandler>(this ISiraBuilder builder, string pattern, ConsumerOptions<TMessage>? options = null)
        where THandler : class, IMessageHandler<TMessage>
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.TryAddScoped<THandler>();
        return builder.AddSubscriber(pattern, static (services, message, cancellationToken) => services.GetRequiredService<THandler>().HandleAsync(message, cancellationToken), options);
    }

    /// <summary>Declares a subscriber.</summary>
    /// <typeparam name="TMessage">The type of message; topics of another type are not heard.</typeparam>
    /// <param name="builder">The builder.</param>
    /// <param name="pattern">A topic's name, or a pattern where <c>*</c> stands for one token and a final <c>></c> for the rest.</param>
    /// <param name="handler">Handles one message, with services of a scope of its own.</param>
    /// <param name="options">Group, concurrency, partitions, retries and the like.</param>
    /// <returns>The builder.</returns>
    public static ISiraBuilder AddSubscriber<TMessage>(
        this ISiraBuilder builder,
        string pattern,
        Func<IServiceProvider, MessageContext<TMessage>, CancellationToken, ValueTask> handler,
        ConsumerOptions<TMessage>? options = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(pattern);
        ArgumentNullException.ThrowIfNull(handler);
        builder.Services.AddSingleton<MessageSubscriber>(services => new MessageSubscriber<TMessage>(
            services.GetRequiredService<IServiceScopeFactory>(), pattern, options ?? new ConsumerOptions<TMessage>(), handler));
        return builder;
    }
}
