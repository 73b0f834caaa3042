using Sira.Storage.Errors;
using Sira.Storage.PostgreSql.Connections;
using Sira.Storage.PostgreSql.Statements;

namespace Sira.Storage.PostgreSql.Values;

/// <summary>Deletes values that have expired, in the background and in steps, so that no statement holds many locks. Several engines on one database share the work.</summary>
internal sealed class ExpirySweeper(Database database) : IAsyncDisposable
{
    private const int Step = 1000;

    private readonly CancellationTokenSource closing = new();
    private readonly Database database = database;
    private readonly ValueStatements statements = new(database.Options.Schema);
    private Task running = Task.CompletedTask;

    public void Start() => running = RunAsync();

    public async ValueTask DisposeAsync()
    {
        await closing.CancelAsync().ConfigureAwait(false);
        await running.ConfigureAwait(false);
        closing.Dispose();
    }

    /// <summary>Deletes what has expired.</summary>
    /// <returns>How many values.</returns>
    public async ValueTask<long> SweepAsync(CancellationToken cancellationToken)
    {
        for (long deleted = 0; ;)
        {
            var step = await database.WriteAsync(
                this,
                static async (connection, self, token) =>
                {
                    var command = self.database.Command(connection, self.statements.DeleteExpired);
                    await using (command.ConfigureAwait(false))
                    {
                        command.Parameters.Bind((long)Step);
                        return await command.ExecuteNonQueryAsync(token).ConfigureAwait(false);
                    }
                },
                cancellationToken).ConfigureAwait(false);
            deleted += step;
            if (step < Step)
            {
                return deleted;
            }
        }
    }

    private async Task RunAsync()
    {
        while (true)
        {
            try
            {
                await Task.Delay(database.Options.ExpiryInterval, database.Time, closing.Token).ConfigureAwait(false);
                if (await SweepAsync(closing.Token).ConfigureAwait(false) is var deleted and > 0)
                {
                    database.Logger.ExpiredDeleted(database.Options.Name, deleted);
                }
            }
            catch (OperationCanceledException) when (closing.IsCancellationRequested)
            {
                return;
            }
            catch (StorageException) when (database.IsClosed)
            {
                return;
            }
            catch (StorageException exception)
            {
                database.Logger.ExpiryFailed(database.Options.Name, database.Options.ExpiryInterval, exception);
            }
        }
    }
}
