using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Sira.Kernel.Configuration;
using Sira.Storage.Capabilities;
using Sira.Storage.Keys;
using Sira.Storage.Redis.Client;
using Sira.Storage.Redis.Engine;

namespace Sira.Storage.Redis;

/// <summary>Keeps everything on a Redis server, 6.2 or newer and no cluster, where other processes find it too.</summary>
public sealed class RedisEngine : IStorageEngine
{
    private readonly RedisSession session;

    /// <summary>Initializes a new instance with a client of its own.</summary>
    /// <param name="options">Which server; <see langword="null"/> means the defaults.</param>
    /// <param name="time">The clock; <see langword="null"/> means the system's.</param>
    /// <param name="loggers">The log; <see langword="null"/> means none.</param>
    /// <exception cref="SiraConfigurationException">An option is out of range.</exception>
    // So that new() { … } means options; it could be a client too.
    [OverloadResolutionPriority(1)]
    public RedisEngine(RedisEngineOptions? options = null, TimeProvider? time = null, ILoggerFactory? loggers = null)
        : this(Checked(options), client: null, time, loggers)
    {
    }

    /// <summary>Initializes a new instance with somebody else's client.</summary>
    /// <param name="client">The client; not disposed of with the engine.</param>
    /// <param name="options">Name, prefix, database and persistence; the rest is the client's business.</param>
    /// <param name="loggers">The log; <see langword="null"/> means none.</param>
    /// <exception cref="SiraConfigurationException">An option is out of range.</exception>
    public RedisEngine(IRedisClient client, RedisEngineOptions? options = null, ILoggerFactory? loggers = null)
        : this(Checked(options), client, time: null, loggers) => ArgumentNullException.ThrowIfNull(client);

    private RedisEngine(RedisEngineOptions options, IRedisClient? client, TimeProvider? time, ILoggerFactory? loggers)
    {
        var logger = loggers?.CreateLogger("Sira.Storage.Redis") ?? NullLogger.Instance;
        var durability = RedisServerCheck.Durability(options.Persistence);
        Capabilities = new StorageCapabilities
        {
            Features = StorageFeatures.Conditions | StorageFeatures.TimeToLive | StorageFeatures.Scan | StorageFeatures.AtomicBatch | StorageFeatures.EventLog
                | StorageFeatures.GlobalOrder | StorageFeatures.AtomicAppend | StorageFeatures.ChangeFeed | StorageFeatures.Shared,
            Latency = StorageLatency.Network,
            MaximumDurability = durability,
            DefaultDurability = durability,
        };
        session = new RedisSession(options, client ?? new RedisClient(options.ToClientOptions(), time, logger), ownsClient: client is null, logger);
        (Store, Events, Changes) = (new RedisStore(session, Capabilities), new RedisEventLog(session, Capabilities), new RedisChangeFeed(session));
    }

    /// <inheritdoc />
    public string Name => session.Name;

    /// <inheritdoc />
    public StorageCapabilities Capabilities { get; }

    /// <inheritdoc />
    public IStore Store { get; }

    /// <inheritdoc />
    public IEventLog Events { get; }

    /// <inheritdoc />
    public IChangeFeed Changes { get; }

    /// <inheritdoc />
    public ValueTask OpenAsync(CancellationToken cancellationToken = default) => session.OpenAsync(cancellationToken);

    /// <inheritdoc />
    public IAsyncEnumerable<StorePartition> ListPartitionsAsync(string? @namespace = null, CancellationToken cancellationToken = default)
    {
        if (@namespace is not null)
        {
            StorageArguments.CheckNamespace(@namespace);
        }

        return session.ListPartitionsAsync(@namespace, cancellationToken);
    }

    /// <summary>Ends the connections. What the server has stays there.</summary>
    public ValueTask DisposeAsync() => session.DisposeAsync();

    private static RedisEngineOptions Checked(RedisEngineOptions? options)
    {
        options ??= new RedisEngineOptions();
        var errors = new ConfigurationErrors();
        options.Validate(nameof(RedisEngineOptions), errors);
        errors.ThrowIfAny();
        return options;
    }
}
