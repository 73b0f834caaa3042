using Microsoft.Extensions.Options;
using Sira.Kernel.Configuration;
using Sira.Session.Chat;
using Sira.Storage.Capabilities;

namespace Sira.Session.Hosting;

/// <summary>The options of the stage: what code has set, and the section <c>Sira:Sessions</c> over it.</summary>
internal sealed class SessionConfiguration(IOptionsFactory<SessionChatOptions> factory, SiraConfigurationSection? section) : IConfigurationPart
{
    private readonly Lock gate = new();
    private SessionChatOptions? current;

    public string Key => "Sessions";

    public string Path => section?.PathOf(Key) ?? $"{SiraConfigurationSection.DefaultName}:{Key}";

    /// <summary>Gets the options, as they were when they were first asked for.</summary>
    /// <exception cref="SiraConfigurationException">A value is wrong.</exception>
    public SessionChatOptions Current
    {
        get
        {
            lock (gate)
            {
                if (current is null)
                {
                    var errors = new ConfigurationErrors();
                    var options = Read(section?.Section?.GetSection(Key) is { } own ? new ConfigurationReader(own, errors) : null, errors);
                    errors.ThrowIfAny();
                    current = options;
                }

                return current;
            }
        }
    }

    public void Load(ConfigurationReader? reader, ConfigurationErrors errors) => Read(reader, errors);

    private SessionChatOptions Read(ConfigurationReader? reader, ConfigurationErrors errors)
    {
        var options = factory.Create(Options.DefaultName);
        if (reader is not null)
        {
            Apply(reader, options);
            reader.ReportUnknownKeys();
        }

        options.Validate(Path, errors);
        return options;
    }

    private static void Apply(ConfigurationReader reader, SessionChatOptions options)
    {
        options.ContextTokens = reader.TryInt64(nameof(options.ContextTokens), out var context) ? context : options.ContextTokens;
        options.ReservedOutputTokens = reader.TryInt32(nameof(options.ReservedOutputTokens), out var reserved) ? reserved : options.ReservedOutputTokens;
        options.SafetyShare = reader.TryDouble(nameof(options.SafetyShare), out var safety) ? safety : options.SafetyShare;
        options.ContextBuilder = reader.TryString(nameof(options.ContextBuilder), out var builder) ? builder : options.ContextBuilder;
        options.Compactor = reader.TryString(nameof(options.Compactor), out var compactor) ? compactor : options.Compactor;
        options.SummaryRoute = reader.TryString(nameof(options.SummaryRoute), out var route) ? route : options.SummaryRoute;
        options.MemoryResults = reader.TryInt32(nameof(options.MemoryResults), out var memory) ? memory : options.MemoryResults;
        options.MemoryEmbeddingRoute = reader.TryString(nameof(options.MemoryEmbeddingRoute), out var embedding) ? embedding : options.MemoryEmbeddingRoute;
        options.ConflictAttempts = reader.TryInt32(nameof(options.ConflictAttempts), out var attempts) ? attempts : options.ConflictAttempts;
        options.SweepInterval = reader.TryDuration(nameof(options.SweepInterval), out var sweep) ? sweep : options.SweepInterval;
        options.Sessions = Apply(reader, options.Sessions);
    }

    private static SessionOptions Apply(ConfigurationReader reader, SessionOptions options) => options with
    {
        Namespace = reader.TryString(nameof(options.Namespace), out var name) ? name : options.Namespace,
        Durability = reader.TryEnum<StorageDurability>(nameof(options.Durability), out var durability) ? durability : options.Durability,
        IdleAfter = reader.TryDuration(nameof(options.IdleAfter), out var idle) ? idle : options.IdleAfter,
        IdleTimeToLive = reader.TryDuration(nameof(options.IdleTimeToLive), out var idleTime) ? idleTime : options.IdleTimeToLive,
        TimeToLive = reader.TryDuration(nameof(options.TimeToLive), out var time) ? time : options.TimeToLive,
        MaximumMessages = reader.TryInt32(nameof(options.MaximumMessages), out var messages) ? messages : options.MaximumMessages,
        MaximumMessageBytes = reader.TryInt32(nameof(options.MaximumMessageBytes), out var bytes) ? bytes : options.MaximumMessageBytes,
        MaximumStateBytes = reader.TryInt32(nameof(options.MaximumStateBytes), out var state) ? state : options.MaximumStateBytes,
        MaximumForkDepth = reader.TryInt32(nameof(options.MaximumForkDepth), out var depth) ? depth : options.MaximumForkDepth,
        CachedHistories = reader.TryInt32(nameof(options.CachedHistories), out var cached) ? cached : options.CachedHistories,
        CachedBytes = reader.TryInt64(nameof(options.CachedBytes), out var cachedBytes) ? cachedBytes : options.CachedBytes,
        TokenFamily = reader.TryString(nameof(options.TokenFamily), out var family) ? family : options.TokenFamily,
    };
}
