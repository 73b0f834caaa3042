using Npgsql;
using NpgsqlTypes;
using Sira.Storage.PostgreSql.Connections;
using Sira.Storage.PostgreSql.Statements;
using Sira.Storage.Values;
using Sira.Storage.Writing;

namespace Sira.Storage.PostgreSql.Writing;

/// <summary>Makes batches, each in a transaction. All that several of them may want is locked in one order: values by key, then namespaces, then streams by key.</summary>
internal sealed class BatchWriter(Database database)
{
    private readonly BatchStatements statements = new(database.Options.Schema);
    private readonly EventStatements eventStatements = new(database.Options.Schema);

    public ValueTask<BatchResult> WriteAsync(StoreBatch batch, bool isDurable, CancellationToken cancellationToken)
    {
        var plan = new BatchPlan(batch.Operations);
        return database.WriteAsync(
            (this, plan, isDurable),
            static (connection, state, token) => state.plan.IsUnconditional ? state.Item1.PutAsync(connection, state.plan, state.isDurable, token) : state.Item1.CheckAndWriteAsync(connection, state.plan, state.isDurable, token),
            cancellationToken);
    }

    /// <summary>One round trip: nothing can be refused.</summary>
    private async ValueTask<BatchResult> PutAsync(NpgsqlConnection connection, BatchPlan plan, bool isDurable, CancellationToken cancellationToken)
    {
        var results = new OperationResult[plan.Operations.Count];
        var batch = database.Batch(connection);
        await using (batch.ConfigureAwait(false))
        {
            AddWrites(batch, plan, isDurable);
            await ReadWritesAsync(batch, plan, results, cancellationToken).ConfigureAwait(false);
        }

        return new BatchResult(IsDone: true, RefusedAt: -1, results);
    }

    /// <summary>Two round trips: lock and look, then write and commit.</summary>
    private async ValueTask<BatchResult> CheckAndWriteAsync(NpgsqlConnection connection, BatchPlan plan, bool isDurable, CancellationToken cancellationToken)
    {
        var results = new OperationResult[plan.Operations.Count];
        await LookAsync(connection, plan, results, cancellationToken).ConfigureAwait(false);
        var refusedAt = plan.FirstRefused(results);
        var batch = database.Batch(connection);
        await using (batch.ConfigureAwait(false))
        {
            if (refusedAt >= 0)
            {
                Add(batch, statements.Rollback);
                await batch.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
                var refused = new OperationResult[results.Length];
                refused[refusedAt] = results[refusedAt];
                return new BatchResult(IsDone: false, refusedAt, refused);
            }

            AddWrites(batch, plan, isDurable, results);
            Add(batch, statements.Commit);
            await ReadWritesAsync(batch, plan, results, cancellationToken).ConfigureAwait(false);
        }

        return new BatchResult(IsDone: true, RefusedAt: -1, results);
    }

    /// <summary>Locks everything, and reads what stands there.</summary>
    private async ValueTask LookAsync(NpgsqlConnection connection, BatchPlan plan, OperationResult[] results, CancellationToken cancellationToken)
    {
        var batch = database.Batch(connection);
        await using (batch.ConfigureAwait(false))
        {
            Add(batch, statements.Begin);
            if (plan.Values.Length > 0)
            {
                plan.BindKeys(Add(batch, statements.Lock), plan.Values);
                plan.BindKeys(Add(batch, statements.Tags), plan.Values);
            }

            if (plan.Appends.Length > 0)
            {
                Add(batch, statements.LockHeads).BindArray(NpgsqlDbType.Text, plan.Namespaces());
                plan.BindKeys(Add(batch, statements.Versions), plan.Appends);
            }

            var reader = await batch.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            await using (reader.ConfigureAwait(false))
            {
                // Only what selects has a result.
                if (plan.Values.Length > 0)
                {
                    while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
                    {
                        results[plan.Values[reader.GetInt64(0) - 1]] = new OperationResult(new ETag(reader.GetInt64(1)));
                    }

                    await reader.NextResultAsync(cancellationToken).ConfigureAwait(false);
                }

                while (plan.Appends.Length > 0 && await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
                {
                    results[plan.Appends[reader.GetInt64(0) - 1]] = new OperationResult(ETag.None, reader.GetInt64(1));
                }

                await reader.NextResultAsync(cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private void AddWrites(NpgsqlBatch batch, BatchPlan plan, bool isDurable, OperationResult[]? standing = null)
    {
        Add(batch, statements.Durable).Bind(isDurable);
        if (plan.Puts.Length > 0)
        {
            plan.BindValues(plan.BindKeys(Add(batch, statements.Put), plan.Puts));
        }

        if (standing is not null && plan.Removals(standing) is { Length: > 0 } removals)
        {
            plan.BindKeys(Add(batch, statements.Delete), removals).BindArray(NpgsqlDbType.Boolean, Array.ConvertAll(removals, index => plan.Operations[index].Kind is StoreOperationKind.Delete && !standing[index].ETag.IsNone));
        }

        foreach (var index in plan.Appends)
        {
            var operation = plan.Operations[index];
            batch.BatchCommands.Add(new AppendWrite(eventStatements, operation.Key, default, operation.Events, isDurable).ToBatchCommand());
        }
    }

    private static async ValueTask ReadWritesAsync(NpgsqlBatch batch, BatchPlan plan, OperationResult[] results, CancellationToken cancellationToken)
    {
        var hasRemovals = plan.Removals(results).Length > 0;
        var reader = await batch.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using (reader.ConfigureAwait(false))
        {
            if (plan.Puts.Length > 0)
            {
                await reader.NextResultAsync(cancellationToken).ConfigureAwait(false);
                for (var i = 0; await reader.ReadAsync(cancellationToken).ConfigureAwait(false); i++)
                {
                    results[plan.Puts[i]] = new OperationResult(new ETag(reader.GetInt64(0)));
                }
            }

            if (hasRemovals)
            {
                await reader.NextResultAsync(cancellationToken).ConfigureAwait(false);
            }

            foreach (var index in plan.Appends)
            {
                await reader.NextResultAsync(cancellationToken).ConfigureAwait(false);
                await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
                results[index] = new OperationResult(ETag.None, reader.GetInt64(0));
            }

            // The commit is answered last.
            while (await reader.NextResultAsync(cancellationToken).ConfigureAwait(false))
            {
            }
        }

        plan.ForgetDeleted(results);
    }

    private static NpgsqlParameterCollection Add(NpgsqlBatch batch, string sql)
    {
        var command = new NpgsqlBatchCommand(sql);
        batch.BatchCommands.Add(command);
        return command.Parameters;
    }
}
