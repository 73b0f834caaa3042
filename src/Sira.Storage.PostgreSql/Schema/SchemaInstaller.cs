using System.Globalization;
using Microsoft.Extensions.Logging;
using Npgsql;
using Sira.Storage.Errors;

namespace Sira.Storage.PostgreSql.Schema;

/// <summary>Makes the tables, brings them up to date, and refuses those of a newer version.</summary>
internal sealed class SchemaInstaller(PostgreSqlEngineOptions options, ILogger logger)
{
    // INSERT ... ON CONFLICT, identity columns and pg_current_xact_id; what is older is not maintained any more.
    private const int OldestServer = 130_000;

    private string Schema => options.Schema;

    /// <summary>The key of the lock under which a schema is changed: FNV-1a of its name.</summary>
    public static long LockOf(string schema)
    {
        var hash = 14695981039346656037UL;
        foreach (var character in schema)
        {
            hash = (hash ^ character) * 1099511628211UL;
        }

        return (long)hash;
    }

    /// <summary>Checks the schema, and changes it where that is allowed.</summary>
    /// <exception cref="StorageException">It cannot be used.</exception>
    /// <exception cref="NpgsqlException">The server said no.</exception>
    public async ValueTask EnsureAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var server = await LookAsync(connection, cancellationToken).ConfigureAwait(false);
        if (server.Version < OldestServer)
        {
            throw Failure(StorageErrorKind.Incompatible, $"the server is PostgreSQL {server.Version / 10_000}, and {OldestServer / 10_000} or newer is needed.");
        }

        if (!server.HasFsync)
        {
            logger.ServerDoesNotSync(options.Name);
        }

        var found = await VersionAsync(connection, cancellationToken).ConfigureAwait(false);
        if (found > SchemaSteps.Latest)
        {
            throw Failure(StorageErrorKind.Incompatible, $"the schema \"{Schema}\" has version {found}, and this package knows {SchemaSteps.Latest} at most. Use the package that wrote it or a newer one, or another schema.");
        }

        if (found < SchemaSteps.Latest)
        {
            await ChangeAsync(connection, server, found, cancellationToken).ConfigureAwait(false);
        }
        else if (server.IsReadOnly || !await MayWriteAsync(connection, cancellationToken).ConfigureAwait(false))
        {
            logger.OnlyReads(options.Name, server.Role, Schema);
        }
    }

    private async ValueTask ChangeAsync(NpgsqlConnection connection, Server server, int found, CancellationToken cancellationToken)
    {
        var stands = found == 0 ? "is not there" : string.Create(CultureInfo.InvariantCulture, $"has version {found}, and {SchemaSteps.Latest} is needed");
        if (!options.CreateSchema)
        {
            throw Failure(StorageErrorKind.Incompatible, $"the schema \"{Schema}\" {stands}, and {nameof(options.CreateSchema)} is off. Turn it on, or let somebody run the script of PostgreSqlSchema.Script(\"{Schema}\").");
        }

        if (server.IsReadOnly)
        {
            throw Failure(StorageErrorKind.ReadOnly, $"the schema \"{Schema}\" {stands}, and the server or the role can only read. Open the engine on the primary first.");
        }

        try
        {
            var transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
            await using (transaction.ConfigureAwait(false))
            {
                await RunAsync(connection, string.Create(CultureInfo.InvariantCulture, $"SELECT pg_advisory_xact_lock({LockOf(Schema)})"), cancellationToken).ConfigureAwait(false);
                var version = await VersionAsync(connection, cancellationToken).ConfigureAwait(false);
                if (version == 0 && !await IsAsync(connection, $"EXISTS (SELECT FROM pg_namespace WHERE nspname = '{Schema}')", cancellationToken).ConfigureAwait(false))
                {
                    await RunAsync(connection, $"CREATE SCHEMA \"{Schema}\"", cancellationToken).ConfigureAwait(false);
                }

                for (version++; version <= SchemaSteps.Latest; version++)
                {
                    await RunAsync(connection, SchemaSteps.Step(version, Schema), cancellationToken).ConfigureAwait(false);
                    await RunAsync(connection, string.Create(CultureInfo.InvariantCulture, $"UPDATE \"{Schema}\".schema_version SET version = {version}, changed_at = now()"), cancellationToken).ConfigureAwait(false);
                    logger.SchemaChanged(options.Name, Schema, version);
                }

                await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
            }
        }
        catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.InsufficientPrivilege)
        {
            throw Failure(StorageErrorKind.Denied, $"the schema \"{Schema}\" {stands}, and '{server.Role}' may not make it: {exception.MessageText}. Let an administrator run: {SchemaGrants.Create(Schema, server.Role, server.Database)}", exception);
        }
    }

    private async ValueTask<int> VersionAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        // Not to_regclass: that may answer from before the lock was waited for, since it reads no table.
        if (!await IsAsync(connection, $"EXISTS (SELECT FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace WHERE n.nspname = '{Schema}' AND c.relname = 'schema_version')", cancellationToken).ConfigureAwait(false))
        {
            return 0;
        }

        var command = Command(connection, $"SELECT version FROM \"{Schema}\".schema_version");
        await using (command.ConfigureAwait(false))
        {
            return await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) is int version
                ? version
                : throw Failure(StorageErrorKind.Incompatible, $"the table \"{Schema}\".schema_version is empty, so something else made it or changed it. Use another schema, or restore it.");
        }
    }

    private async ValueTask<Server> LookAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var command = Command(connection, "SELECT current_user::text, current_database()::text, pg_is_in_recovery() OR current_setting('transaction_read_only') = 'on', current_setting('fsync') = 'on', current_setting('server_version_num')::int");
        await using (command.ConfigureAwait(false))
        {
            var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            await using (reader.ConfigureAwait(false))
            {
                await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
                return new Server(reader.GetString(0), reader.GetString(1), reader.GetBoolean(2), reader.GetBoolean(3), reader.GetInt32(4));
            }
        }
    }

    private ValueTask<bool> MayWriteAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        IsAsync(connection, $"has_table_privilege('\"{Schema}\".value', 'INSERT') AND has_table_privilege('\"{Schema}\".event', 'INSERT')", cancellationToken);

    private async ValueTask<bool> IsAsync(NpgsqlConnection connection, string condition, CancellationToken cancellationToken)
    {
        var command = Command(connection, $"SELECT {condition}");
        await using (command.ConfigureAwait(false))
        {
            return await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) is true;
        }
    }

    private async ValueTask RunAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        var command = Command(connection, sql);
        await using (command.ConfigureAwait(false))
        {
            await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    // The texts are this class's; the schema in them was checked by the options.
    private NpgsqlCommand Command(NpgsqlConnection connection, string sql) => new(sql, connection) { CommandTimeout = (int)options.CommandTimeout.TotalSeconds };

    private StorageException Failure(StorageErrorKind kind, string message, Exception? cause = null) => new(kind, options.Name, $"PostgreSQL engine '{options.Name}': {message}", cause);

    private sealed record Server(string Role, string Database, bool IsReadOnly, bool HasFsync, int Version);
}
