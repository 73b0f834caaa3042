using System.Globalization;
using Sira.Kernel.Configuration;

namespace Sira.Storage.Redis.Client;

/// <summary>Which server, and how patiently.</summary>
public sealed record RedisClientOptions
{
    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);

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

    /// <summary>Gets the name that the connection has in the server's <c>CLIENT LIST</c>.</summary>
    /// <value>Default <c>sira</c>.</value>
    public string ClientName { get; init; } = "sira";

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

    /// <summary>Gets after how long of silence while an answer is due the connection is given up.</summary>
    /// <value>Default 15 seconds.</value>
    public TimeSpan HeartbeatTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Gets the wait after the first failure to connect again; it doubles with each, less or more by chance.</summary>
    /// <value>Default 100 milliseconds.</value>
    public TimeSpan ReconnectDelay { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Gets the longest wait between two attempts to connect again.</summary>
    /// <value>Default 5 seconds.</value>
    public TimeSpan MaximumReconnectDelay { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Gets how many commands may wait for their answers at once.</summary>
    /// <value>Default 65,536.</value>
    public int MaximumPending { get; init; } = 65_536;

    /// <summary>Gets how many bytes of commands may wait to be sent; a single larger command is taken when nothing waits.</summary>
    /// <value>Default 64 MiB.</value>
    public int MaximumPendingBytes { get; init; } = 64 << 20;

    /// <summary>Gets how many bytes an answer may take.</summary>
    /// <value>Default 512 MiB.</value>
    public long MaximumReplyBytes { get; init; } = 512L << 20;

    /// <summary>Collects every option that is out of range.</summary>
    /// <param name="path">Where the options stand in the configuration.</param>
    /// <param name="errors">Receives the mistakes.</param>
    public void Validate(string path, ConfigurationErrors errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        if (!RedisAddress.TryParse(Endpoint, out _, out var problem))
        {
            errors.Add($"{path}:{nameof(Endpoint)}", problem, "Use host:port, or redis://user:password@host:port/database, with rediss for TLS.");
        }

        if (Database is < 0)
        {
            errors.Add($"{path}:{nameof(Database)}", string.Create(CultureInfo.InvariantCulture, $"{Database} is out of range."), "Use 0 or more.");
        }

        if (ClientName is null || ClientName.AsSpan().ContainsAnyExceptInRange('!', '~'))
        {
            errors.Add($"{path}:{nameof(ClientName)}", $"'{ClientName}' has characters that the server does not take.", "Use visible characters of ASCII without spaces.");
        }

        if (User is not null && Password is null && !(RedisAddress.TryParse(Endpoint, out var address, out _) && address.Password is not null))
        {
            errors.Add($"{path}:{nameof(User)}", "there is a user and no password.", $"Set {nameof(Password)} too.");
        }

        Check(nameof(ConnectTimeout), ConnectTimeout);
        Check(nameof(CommandTimeout), CommandTimeout);
        Check(nameof(HeartbeatInterval), HeartbeatInterval);
        Check(nameof(HeartbeatTimeout), HeartbeatTimeout);
        Check(nameof(ReconnectDelay), ReconnectDelay);
        Check(nameof(MaximumReconnectDelay), MaximumReconnectDelay);
        if (MaximumReconnectDelay < ReconnectDelay)
        {
            errors.Add($"{path}:{nameof(MaximumReconnectDelay)}", $"{MaximumReconnectDelay} is less than {nameof(ReconnectDelay)}, which is {ReconnectDelay}.", "Use as much or more.");
        }

        CheckCount(nameof(MaximumPending), MaximumPending);
        CheckCount(nameof(MaximumPendingBytes), MaximumPendingBytes);
        CheckCount(nameof(MaximumReplyBytes), MaximumReplyBytes);

        void Check(string name, TimeSpan value)
        {
            if (value < TimeSpan.FromMilliseconds(1) || value > Longest)
            {
                errors.Add($"{path}:{name}", $"{value} is out of range.", "Use 1 millisecond to 1 hour.");
            }
        }

        void CheckCount(string name, long value)
        {
            if (value < 1)
            {
                errors.Add($"{path}:{name}", string.Create(CultureInfo.InvariantCulture, $"{value} is out of range."), "Use 1 or more.");
            }
        }
    }

    /// <summary>Returns which server it is, without user and password.</summary>
    public override string ToString() => RedisAddress.TryParse(Endpoint, out var address, out _) ? address.ToString() : nameof(RedisClientOptions);
}
