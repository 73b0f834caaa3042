using Microsoft.Extensions.Logging;
using Sira.Kernel.Configuration;
using Sira.Pipeline;
using Sira.Session.Compaction;
using Sira.Session.Memory;

namespace Sira.Session.Chat;

/// <summary>Puts sessions around any client, without a container.</summary>
public static class SessionPipelineExtensions
{
    /// <summary>Gives calls with a <c>ConversationId</c> their history, and keeps what is said.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="sessions">Where sessions are kept; not disposed.</param>
    /// <param name="configure">Sets the options. Those of keeping are the store's own.</param>
    /// <param name="compactor">Makes summaries in the background; <see langword="null"/> for none.</param>
    /// <param name="memory">Finds what was said before; <see langword="null"/> for none. Follows from here on what is forked, rewound, deleted or swept in a <see cref="SessionStore"/>.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="SiraConfigurationException">A value is out of range.</exception>
    public static SiraPipelineBuilder UseSessions(this SiraPipelineBuilder builder, ISessions sessions, Action<SessionChatOptions>? configure = null, ICompactor? compactor = null, IMemoryIndex? memory = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(sessions);
        var options = new SessionChatOptions();
        configure?.Invoke(options);
        var errors = new ConfigurationErrors();
        options.Validate("UseSessions", errors);
        errors.ThrowIfAny();
        if (memory is not null && sessions is SessionStore store)
        {
            store.Observe(new MemoryFollower(memory));
        }

        return builder.Use(new ChatStage(
            SessionChatClient.StageName,
            (inner, provider) => new SessionChatClient(inner, () => new SessionChatServices(
                sessions, options, null, compactor, memory, (TimeProvider?)provider?.GetService(typeof(TimeProvider)), (ILoggerFactory?)provider?.GetService(typeof(ILoggerFactory))))));
    }
}
