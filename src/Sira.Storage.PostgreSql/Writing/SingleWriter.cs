using Npgsql;
using Sira.Storage.PostgreSql.Connections;

namespace Sira.Storage.PostgreSql.Writing;

/// <summary>Makes writes of one statement: one round trip, which is its own transaction.</summary>
internal sealed class SingleWriter(Database database)
{
    public ValueTask<WriteRow> RunAsync(SingleWrite write, CancellationToken cancellationToken) =>
        database.WriteAsync((database, write), static (connection, state, token) => RunAsync(state.database.Batch(connection), state.write, token), cancellationToken);

    private static async ValueTask<WriteRow> RunAsync(NpgsqlBatch batch, SingleWrite write, CancellationToken cancellationToken)
    {
        await using (batch.ConfigureAwait(false))
        {
            batch.BatchCommands.Add(write.Command);
            var reader = await batch.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            await using (reader.ConfigureAwait(false))
            {
                var row = await reader.ReadAsync(cancellationToken).ConfigureAwait(false) ? new WriteRow(IsMade: true, reader.GetInt64(0), reader.GetInt64(1)) : default;

                // The commit is answered after the row.
                await reader.NextResultAsync(cancellationToken).ConfigureAwait(false);
                return row;
            }
        }
    }
}
