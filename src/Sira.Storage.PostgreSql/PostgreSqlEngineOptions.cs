using System.Buffers;
using System.Globalization;
using System.Text;
using Npgsql;
using Sira.Kernel.Configuration;
using Sira.Storage.Capabilities;

namespace Sira.Storage.PostgreSql;

/// <summary>Where a PostgreSQL engine keeps things, and how.</summary>
public sealed record PostgreSqlEngineOptions
{
    // What PostgreSQL keeps of a name is 63 bytes; the channel of changes is the schema's name with an ending.
    private const int MaximumSchemaLength = 48;

    /// <summary>Gets the name of the engine.</summary>
    /// <value>Default <c>postgresql</c>.</value>
    public string Name { get; init; } = "postgresql";

    /// <summary>Gets how to connect, as Npgsql reads it. Either this or <see cref="DataSource"/>.</summary>
    /// <value>Default <see langword="null"/>. What it does not say is set for speed: <c>Max Auto Prepare=64</c>, <c>Auto Prepare Min Usages=2</c>, <c>No Reset On Close=true</c>, <c>Keepalive=30</c>.</value>
    public string? ConnectionString { get; init; }

    /// <summary>Gets connections that somebody else configures, such as for a certificate or a token that changes. Taken as it is, and not disposed of with the engine. Either this or <see cref="ConnectionString"/>.</summary>
    /// <value>Default <see langword="null"/>.</value>
    public NpgsqlDataSource? DataSource { get; init; }

    /// <summary>Gets the schema whose tables are the engine's: 1 to 48 characters of a-z, 0-9 and <c>_</c>, not beginning with a digit.</summary>
    /// <value>Default <c>sira</c>.</value>
    public string Schema { get; init; } = "sira";

    /// <summary>Gets whether the schema is created and brought up to date when the engine is opened; otherwise somebody runs <see cref="PostgreSqlSchema.Script"/>.</summary>
    /// <value>Default <see langword="true"/>.</value>
    public bool CreateSchema { get; init; } = true;

    /// <summary>Gets what a write survives that does not say. <see cref="StorageDurability.PowerLoss"/> waits for the server's disk; less is committed with <c>synchronous_commit = off</c>.</summary>
    /// <value>Default <see cref="StorageDurability.PowerLoss"/>.</value>
    public StorageDurability Durability { get; init; } = StorageDurability.PowerLoss;

    /// <summary>Gets how long the server may take for one statement: 1 second to 1 hour.</summary>
    /// <value>Default 30 seconds.</value>
    public TimeSpan CommandTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Gets how often values that have expired, which nobody sees any more, are deleted: 1 second to 1 day.</summary>
    /// <value>Default 1 minute.</value>
    public TimeSpan ExpiryInterval { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Collects every option that is out of range.</summary>
    /// <param name="path">Where the options stand in the configuration.</param>
    /// <param name="errors">Receives the mistakes.</param>
    public void Validate(string path, ConfigurationErrors errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        if (string.IsNullOrWhiteSpace(Name))
        {
            errors.Add($"{path}:{nameof(Name)}", "the engine has no name.", "Set one, such as postgresql.");
        }

        CheckConnection(path, errors);
        if (!IsSchema(Schema))
        {
            errors.Add($"{path}:{nameof(Schema)}", $"'{Schema}' is no name of a schema.", $"Use 1 to {MaximumSchemaLength} characters of a-z, 0-9 and _, not beginning with a digit or pg_.");
        }

        if (!Enum.IsDefined(Durability))
        {
            errors.Add($"{path}:{nameof(Durability)}", $"'{Durability}' is no durability.", $"Use one of {string.Join(", ", Enum.GetNames<StorageDurability>())}.");
        }

        CheckTime($"{path}:{nameof(CommandTimeout)}", CommandTimeout, TimeSpan.FromHours(1), errors);
        CheckTime($"{path}:{nameof(ExpiryInterval)}", ExpiryInterval, TimeSpan.FromDays(1), errors);
    }

    private static SearchValues<char> SchemaCharacters { get; } = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789_");

    internal static bool IsSchema(string? name) =>
        name is { Length: > 0 and <= MaximumSchemaLength } && !char.IsAsciiDigit(name[0]) && !name.StartsWith("pg_", StringComparison.Ordinal)
        && !name.AsSpan().ContainsAnyExcept(SchemaCharacters);

    // A record would print the password.
    private bool PrintMembers(StringBuilder builder)
    {
        builder.Append(CultureInfo.InvariantCulture, $"{nameof(Name)} = {Name}, {nameof(Schema)} = {Schema}");
        return true;
    }

    private static void CheckTime(string path, TimeSpan value, TimeSpan maximum, ConfigurationErrors errors)
    {
        if (value < TimeSpan.FromSeconds(1) || value > maximum)
        {
            errors.Add(path, $"{value} is out of range.", $"Use 00:00:01 to {maximum}.");
        }
    }

    private void CheckConnection(string path, ConfigurationErrors errors)
    {
        if (ConnectionString is null == DataSource is null)
        {
            errors.Add($"{path}:{nameof(ConnectionString)}", ConnectionString is null ? "it is not said how to connect." : $"{nameof(ConnectionString)} and {nameof(DataSource)} are both set.", "Set one of them, such as Host=db;Database=app;Username=sira;Password=...");
            return;
        }

        if (ConnectionString is null)
        {
            return;
        }

        try
        {
            if (string.IsNullOrEmpty(new NpgsqlConnectionStringBuilder(ConnectionString).Host))
            {
                errors.Add($"{path}:{nameof(ConnectionString)}", "it names no host.", "Add Host=...");
            }
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException or KeyNotFoundException)
        {
            // Not its message: it may quote what was given, and that holds a password.
            errors.Add($"{path}:{nameof(ConnectionString)}", "it cannot be read as a connection string of Npgsql.", "Write it as Host=db;Database=app;Username=sira;Password=..., with a value that holds ';' in quotes.");
        }
    }
}
