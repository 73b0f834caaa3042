using Npgsql;
using Sira.Storage.Errors;
using Sira.Storage.PostgreSql.Connections;

namespace Sira.Storage.PostgreSql.Writing;

/// <summary>Makes writes of one statement: alone, in one round trip, while few are made at once; those that come while all lanes are taken wait and are made together, in one transaction, so that one wait for the disk serves them all.</summary>
/// <param name="database">The database.</param>
/// <param name="lanes">How many transactions run at once.</param>
internal sealed class WriteLine(Database database, int lanes)
{
    // Held by a group: that many locks and bytes at most.
    private const int MaximumGroup = 128;
    private const long MaximumLength = 1 << 20;

    private readonly Lock gate = new();
    private readonly Queue<QueuedWrite> waiting = new();
    private int running;

    public ValueTask<WriteRow> RunAsync(SingleWrite write, CancellationToken cancellationToken)
    {
        QueuedWrite queued;
        lock (gate)
        {
            if (running < lanes)
            {
                running++;
                return RunFirstAsync(write, cancellationToken);
            }

            queued = new QueuedWrite(write, cancellationToken);
            waiting.Enqueue(queued);
        }

        return queued.WaitAsync();
    }

    /// <summary>Makes a write by itself, beside the line.</summary>
    public ValueTask<WriteRow> RunAloneAsync(SingleWrite write, CancellationToken cancellationToken) =>
        database.WriteAsync((database, write), static (connection, state, token) => RunAsync(state.database.Command(connection, state.write.Statement), state.write, token), cancellationToken);

    private static async ValueTask<WriteRow> RunAsync(NpgsqlCommand command, SingleWrite write, CancellationToken cancellationToken)
    {
        await using (command.ConfigureAwait(false))
        {
            write.Bind(command.Parameters);
            var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            await using (reader.ConfigureAwait(false))
            {
                return await ReadAsync(reader, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private static async ValueTask<WriteRow> ReadAsync(NpgsqlDataReader reader, CancellationToken cancellationToken)
    {
        var row = await reader.ReadAsync(cancellationToken).ConfigureAwait(false) ? new WriteRow(IsMade: true, reader.GetInt64(0), reader.GetInt64(1)) : default;

        // An error of the commit comes after the last row.
        await reader.NextResultAsync(cancellationToken).ConfigureAwait(false);
        return row;
    }

    private async ValueTask<WriteRow> RunFirstAsync(SingleWrite write, CancellationToken cancellationToken)
    {
        try
        {
            return await RunAloneAsync(write, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            // Its callers wait for it, each for its own write.
            _ = RunGroupsAsync();
        }
    }

    private async Task RunGroupsAsync()
    {
        while (Take() is { } group)
        {
            try
            {
                await RunGroupAsync(group).ConfigureAwait(false);
            }
            catch (Exception exception)
            {
                foreach (var queued in group)
                {
                    queued.Fail(exception);
                }
            }
        }
    }

    private List<QueuedWrite>? Take()
    {
        lock (gate)
        {
            List<QueuedWrite>? group = null;
            for (long length = 0; waiting.TryPeek(out var next) && (group is null || (group.Count < MaximumGroup && length + next.Write.Length <= MaximumLength));)
            {
                waiting.Dequeue();
                if (next.TryTake())
                {
                    length += next.Write.Length;
                    (group ??= []).Add(next);
                }
            }

            running -= group is null ? 1 : 0;
            return group;
        }
    }

    private async ValueTask RunGroupAsync(List<QueuedWrite> group)
    {
        // Locks are taken in one order everywhere, and two groups meet at their keys.
        group.Sort(static (left, right) => KeyBytes.Compare(left.Write.Key, right.Write.Key));
        var attempt = new GroupAttempt(group);
        await using (attempt.ConfigureAwait(false))
        {
            try
            {
                var rows = await database.WriteAsync((database, attempt), static (connection, state, token) => RunAsync(state.database.Batch(connection), state.attempt, token), attempt.Leaving).ConfigureAwait(false);
                for (var i = 0; i < rows.Length; i++)
                {
                    group[i].Complete(rows[i]);
                }

                return;
            }
            catch (OperationCanceledException exception) when (attempt.Leaving.IsCancellationRequested)
            {
                group = attempt.Part(exception, database.Failures);
            }
            catch (StorageException exception) when (group.Count > 1 && exception is { IsUncertain: false, IsTransient: false } and not { Kind: StorageErrorKind.Closed })
            {
                // Nothing was made, and what is wrong may be wrong with one of them only.
            }
        }

        foreach (var queued in group)
        {
            await RunAfterAllAsync(queued).ConfigureAwait(false);
        }
    }

    private async ValueTask RunAfterAllAsync(QueuedWrite queued)
    {
        try
        {
            queued.Complete(await RunAloneAsync(queued.Write, queued.CancellationToken).ConfigureAwait(false));
        }
        catch (OperationCanceledException) when (queued.CancellationToken.IsCancellationRequested)
        {
            queued.GiveUp();
        }
        catch (Exception exception)
        {
            queued.Fail(exception);
        }
    }

    private static async ValueTask<WriteRow[]> RunAsync(NpgsqlBatch batch, GroupAttempt attempt, CancellationToken cancellationToken)
    {
        await using (batch.ConfigureAwait(false))
        {
            foreach (var queued in attempt.Group)
            {
                batch.BatchCommands.Add(queued.Write.ToBatchCommand());
            }

            var rows = new WriteRow[attempt.Group.Count];
            attempt.WasSent = true;
            var reader = await batch.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            await using (reader.ConfigureAwait(false))
            {
                for (var i = 0; i < rows.Length; i++)
                {
                    rows[i] = await ReadAsync(reader, cancellationToken).ConfigureAwait(false);
                }
            }

            return rows;
        }
    }
}
