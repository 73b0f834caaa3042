using System.Text;
using Sira.Kernel.Configuration;
using Sira.Storage.Redis.Client;

namespace Sira.Storage.Redis;

/// <summary>Which Redis server is used, and how.</summary>
public sealed record RedisEngineOptions
{
    private const int MaximumPrefixLength = 128;

    /// <summary>Gets the name of the engine.</summary>
    /// <value>Default <c>redis</c>.</value>
    public string Name { get; init; } = "redis";

    /// <summary>Gets the server: <c>host:port</c>, or <c>redis://user:password@host:port/database</c>, with <c>rediss</c> for TLS.</summary>
    /// <value>Default <c>localhost:6379</c>.</value>
    public string Endpoint { get; init; } = "localhost:6379";

    /// <summary>Gets the name to log in with; goes before that of <see cref="Endpoint"/>.</summary>
    /// <value>Default <see langword="null"/>: the server's default user.</value>
    public string? User { get; init; }

    /// <summary>Gets the password; goes before that of <see cref="Endpoint"/>.</summary>
    /// <value>Default <see langword="null"/>: none.</value>
    public string? Password { get; init; }

    /// <summary>Gets the number of the database; goes before that of <see cref="Endpoint"/>.</summary>
    /// <value>Default <see langword="null"/>: that of the endpoint, or 0.</value>
    public int? Database { get; init; }

    /// <summary>Gets what all keys and channels begin with. Engines with the same server, database and prefix have the same content.</summary>
    /// <value>Default <c>sira:</c>.</value>
    public string KeyPrefix { get; init; } = "sira:";

    /// <summary>Gets how the server keeps what it has in memory. Says what writes survive, and is compared with the server's settings when the engine is opened, where the user may read them.</summary>
    /// <value>Default <see cref="RedisPersistence.None"/>.</value>
    public RedisPersistence Persistence { get; init; }

    /// <summary>Gets how the connection is encrypted.</summary>
    /// <value>Default <see langword="null"/>: not at all, and with the system's rules for a <c>rediss</c> endpoint.</value>
    public RedisTlsOptions? Tls { get; init; }

    /// <summary>Gets how long connecting and logging in may take.</summary>
    /// <value>Default 5 seconds.</value>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Gets how long a command waits for its answer; it may be told a quarter of that later.</summary>
    /// <value>Default 5 seconds.</value>
    public TimeSpan CommandTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Gets after how long without an answer the server is asked whether it is still there.</summary>
    /// <value>Default 10 seconds.</value>
    public TimeSpan HeartbeatInterval { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Gets after how long of silence while an answer is due the connection is given up and made again.</summary>
    /// <value>Default 15 seconds.</value>
    public TimeSpan HeartbeatTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Collects every option that is out of range.</summary>
    /// <param name="path">Where the options stand in the configuration.</param>
    /// <param name="errors">Receives the mistakes.</param>
    public void Validate(string path, ConfigurationErrors errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        if (string.IsNullOrWhiteSpace(Name))
        {
            errors.Add($"{path}:{nameof(Name)}", "the engine has no name.", "Set one, such as redis.");
        }

        if (KeyPrefix is null || Encoding.UTF8.GetByteCount(KeyPrefix) > MaximumPrefixLength)
        {
            errors.Add($"{path}:{nameof(KeyPrefix)}", KeyPrefix is null ? "there is none." : $"it has {Encoding.UTF8.GetByteCount(KeyPrefix)} bytes.", $"Use at most {MaximumPrefixLength}, such as sira:.");
        }

        if (!Enum.IsDefined(Persistence))
        {
            errors.Add($"{path}:{nameof(Persistence)}", $"there is no {nameof(RedisPersistence)} {Persistence}.", $"Use {string.Join(", ", Enum.GetNames<RedisPersistence>())}.");
        }

        ToClientOptions().Validate(path, errors);
    }

    /// <summary>Returns name and server, without user and password.</summary>
    public override string ToString() => $"{Name} at {ToClientOptions()}";

    internal RedisClientOptions ToClientOptions() => new()
    {
        Endpoint = Endpoint,
        User = User,
        Password = Password,
        Database = Database,
        Tls = Tls,
        ConnectTimeout = ConnectTimeout,
        CommandTimeout = CommandTimeout,
        HeartbeatInterval = HeartbeatInterval,
        HeartbeatTimeout = HeartbeatTimeout,
    };
}
