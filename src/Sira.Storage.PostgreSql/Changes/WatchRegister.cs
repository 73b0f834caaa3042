using Npgsql;
using NpgsqlTypes;
using Sira.Storage.Errors;
using Sira.Storage.Keys;
using Sira.Storage.PostgreSql.Connections;
using Sira.Storage.PostgreSql.Statements;

namespace Sira.Storage.PostgreSql.Changes;

/// <summary>Lets all who write, in whatever process, know which partitions this engine listens to. What is written there holds for a time only, so that the dead are not told of changes for ever.</summary>
internal sealed class WatchRegister(Database database, WatchStatements statements)
{
    /// <summary>How often it is renewed.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(20);

    /// <summary>How long it holds: two renewals may fail.</summary>
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(70);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);

    private readonly Guid watcher = Guid.NewGuid();

    /// <summary>Registers partitions. When it has ended, every write that is made is told of, also by who was in the middle of one.</summary>
    /// <returns>Whether all of them were held without a break until now.</returns>
    public async ValueTask<bool> HoldAsync(NpgsqlConnection connection, StorePartition[] scopes, CancellationToken cancellationToken)
    {
        if (scopes.Length == 0)
        {
            return true;
        }

        var namespaces = Array.ConvertAll(scopes, static scope => scope.Namespace);
        var tenants = Array.ConvertAll(scopes, static scope => KeyBytes.OfTenant(scope.Tenant));
        long held;
        var batch = database.Batch(connection);
        await using (batch.ConfigureAwait(false))
        {
            Add(statements.Held);
            Add(statements.Watch).Bind((TimeSpan?)Lease);
            batch.BatchCommands.Add(new NpgsqlBatchCommand(statements.Clean));
            held = await batch.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) is long count ? count : 0;
        }

        if (held == scopes.Length)
        {
            return true;
        }

        await WaitForWritersAsync(connection, cancellationToken).ConfigureAwait(false);
        return false;

        NpgsqlParameterCollection Add(string sql)
        {
            var command = new NpgsqlBatchCommand(sql);
            batch.BatchCommands.Add(command);
            command.Parameters.BindArray(NpgsqlDbType.Text, namespaces).BindArray(NpgsqlDbType.Bytea, tenants);
            command.Parameters.Add(new NpgsqlParameter<Guid> { NpgsqlDbType = NpgsqlDbType.Uuid, TypedValue = watcher });
            return command.Parameters;
        }
    }

    // Who has looked for listeners before there was one, and has not committed, tells nobody. A statement locks its tables before it looks, so whoever holds no lock now will see what was written above.
    private async ValueTask WaitForWritersAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var began = database.Time.GetTimestamp();
        var left = await WritersAsync(connection, known: null, cancellationToken).ConfigureAwait(false);
        while (left.Length > 0)
        {
            if (database.Time.GetElapsedTime(began) > database.Options.CommandTimeout)
            {
                throw new StorageException(StorageErrorKind.Timeout, database.Options.Name, $"PostgreSQL engine '{database.Options.Name}': {left.Length} transactions that write have not ended within {database.Options.CommandTimeout}, so that their changes could be passed by. Look for idle transactions in pg_stat_activity.");
            }

            await Task.Delay(Pause, database.Time, cancellationToken).ConfigureAwait(false);
            left = await WritersAsync(connection, left, cancellationToken).ConfigureAwait(false);
        }
    }

    private async ValueTask<string[]> WritersAsync(NpgsqlConnection connection, string[]? known, CancellationToken cancellationToken)
    {
        var found = new List<string>();
        var command = database.Command(connection, known is null ? statements.Writers : statements.WritersLeft);
        await using (command.ConfigureAwait(false))
        {
            if (known is not null)
            {
                command.Parameters.BindArray(NpgsqlDbType.Text, known);
            }

            var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            await using (reader.ConfigureAwait(false))
            {
                while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
                {
                    found.Add(reader.GetString(0));
                }
            }
        }

        return [.. found];
    }
}
