using Npgsql;
using Sira.Storage.Capabilities;
using Sira.Storage.Errors;
using Sira.Storage.Events;
using Sira.Storage.Keys;
using Sira.Storage.PostgreSql.Connections;
using Sira.Storage.PostgreSql.Statements;
using Sira.Storage.PostgreSql.Writing;

namespace Sira.Storage.PostgreSql.Events;

/// <summary>The streams of a PostgreSQL engine.</summary>
internal sealed class PostgreSqlEventLog(Database database, SingleWriter writer, StorageCapabilities capabilities) : IEventLog
{
    // Each round means that somebody else has appended or deleted between a refusal and the look at why.
    private const int Rounds = 100;

    // As many are forgotten in one statement, so that none holds its locks for long.
    private const int TrimStep = 10_000;

    private readonly Database database = database;
    private readonly EventStatements statements = new(database.Options.Schema);

    public async ValueTask<AppendResult> AppendAsync(StoreKey stream, ExpectedVersion expected, IReadOnlyList<EventData> events, AppendOptions options = default, CancellationToken cancellationToken = default)
    {
        StorageArguments.Check(stream, events, capabilities);
        var append = new AppendWrite(statements, stream, expected, events, StorageArguments.Check(options.Durability, capabilities) is StorageDurability.PowerLoss);
        for (var round = 0; round < Rounds; round++)
        {
            var row = await writer.AppendAsync(append, cancellationToken).ConfigureAwait(false);
            if (row.IsMade)
            {
                return new AppendResult(IsDone: true, row.First, row.Position);
            }

            var version = await GetVersionAsync(stream, cancellationToken).ConfigureAwait(false);
            if (!expected.Holds(version))
            {
                return new AppendResult(IsDone: false, version);
            }
        }

        throw new StorageException(StorageErrorKind.Busy, database.Options.Name, $"PostgreSQL engine '{database.Options.Name}': stream '{stream}' was changed by others {Rounds} times meanwhile. Try again.");
    }

    public ValueTask<EventPage> ReadAsync(StoreKey stream, long after = 0, int maximum = 1000, CancellationToken cancellationToken = default)
    {
        StorageArguments.Check(stream, capabilities);
        StorageArguments.CheckRead(after, maximum);
        return database.ReadAsync(
            (this, stream, after, maximum),
            static async (connection, state, token) =>
            {
                var command = state.Item1.database.Command(connection, state.Item1.statements.Read);
                await using (command.ConfigureAwait(false))
                {
                    command.Parameters.Bind(state.stream).Bind(state.after).Bind(state.maximum + 1L);
                    return await EventReader.PageAsync(command, state.stream, isGlobal: false, state.after, state.maximum, token).ConfigureAwait(false);
                }
            },
            cancellationToken);
    }

    public ValueTask<EventPage> ReadAllAsync(string @namespace, long after = 0, int maximum = 1000, CancellationToken cancellationToken = default)
    {
        StorageArguments.CheckNamespace(@namespace);
        StorageArguments.CheckRead(after, maximum);
        return database.ReadAsync(
            (this, @namespace, after, maximum),
            static async (connection, state, token) =>
            {
                var command = state.Item1.database.Command(connection, state.Item1.statements.ReadAll);
                await using (command.ConfigureAwait(false))
                {
                    command.Parameters.Bind(state.@namespace).Bind(state.after).Bind(state.maximum + 1L);
                    return await EventReader.PageAsync(command, new StoreKey(state.@namespace, string.Empty), isGlobal: true, state.after, state.maximum, token).ConfigureAwait(false);
                }
            },
            cancellationToken);
    }

    public ValueTask<long> GetVersionAsync(StoreKey stream, CancellationToken cancellationToken = default)
    {
        StorageArguments.Check(stream, capabilities);
        return database.ReadAsync(
            (this, stream),
            static async (connection, state, token) =>
            {
                var command = state.Item1.database.Command(connection, state.Item1.statements.Version);
                await using (command.ConfigureAwait(false))
                {
                    command.Parameters.Bind(state.stream);
                    return await command.ExecuteScalarAsync(token).ConfigureAwait(false) is long version ? version : 0;
                }
            },
            cancellationToken);
    }

    public async ValueTask<long> TrimAsync(StoreKey stream, long upTo, CancellationToken cancellationToken = default)
    {
        StorageArguments.Check(stream, capabilities);
        ArgumentOutOfRangeException.ThrowIfNegative(upTo);
        for (long forgotten = 0; ;)
        {
            var step = await database.WriteAsync(
                (this, stream, upTo),
                static async (connection, state, token) =>
                {
                    var command = state.Item1.database.Command(connection, state.Item1.statements.Trim);
                    await using (command.ConfigureAwait(false))
                    {
                        command.Parameters.Bind(state.stream).Bind(state.upTo).Bind((long)TrimStep);
                        return await command.ExecuteNonQueryAsync(token).ConfigureAwait(false);
                    }
                },
                cancellationToken).ConfigureAwait(false);
            forgotten += step;
            if (step < TrimStep)
            {
                return forgotten;
            }
        }
    }

    public ValueTask<bool> DeleteAsync(StoreKey stream, CancellationToken cancellationToken = default)
    {
        StorageArguments.Check(stream, capabilities);
        return database.WriteAsync(
            (this, stream),
            static async (connection, state, token) =>
            {
                var batch = state.Item1.database.Batch(connection);
                await using (batch.ConfigureAwait(false))
                {
                    var (hold, delete) = (new NpgsqlBatchCommand(state.Item1.statements.Hold), new NpgsqlBatchCommand(state.Item1.statements.Delete));
                    hold.Parameters.Bind(state.stream.Namespace);
                    delete.Parameters.Bind(state.stream);
                    batch.BatchCommands.Add(hold);
                    batch.BatchCommands.Add(delete);

                    // Only what returns rows has a result.
                    var reader = await batch.ExecuteReaderAsync(token).ConfigureAwait(false);
                    await using (reader.ConfigureAwait(false))
                    {
                        var wasThere = await reader.ReadAsync(token).ConfigureAwait(false);
                        await reader.NextResultAsync(token).ConfigureAwait(false);
                        return wasThere;
                    }
                }
            },
            cancellationToken);
    }

    public ValueTask<StreamPage> ListAsync(StoreScan scan, CancellationToken cancellationToken = default)
    {
        var size = StorageArguments.Check(scan, capabilities);
        return database.ReadAsync((this, scan, size), static (connection, state, token) => state.Item1.ListAsync(connection, state.scan, state.size, token), cancellationToken);
    }

    private async ValueTask<StreamPage> ListAsync(NpgsqlConnection connection, StoreScan scan, int size, CancellationToken cancellationToken)
    {
        var (from, below) = KeyBytes.Range(scan);
        var streams = new List<StreamInfo>();
        var command = database.Command(connection, statements.List);
        await using (command.ConfigureAwait(false))
        {
            command.Parameters.Bind(scan.Partition).Bind(from).Bind(below).Bind(size + 1L);
            var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            await using (reader.ConfigureAwait(false))
            {
                while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
                {
                    if (streams.Count == size)
                    {
                        return new StreamPage(streams, streams[^1].Name);
                    }

                    streams.Add(new StreamInfo(KeyBytes.ToName(reader.GetFieldValue<byte[]>(0)), reader.GetInt64(1)));
                }
            }
        }

        return new StreamPage(streams, Next: null);
    }
}
