using Sira.Storage.Changes;
using Sira.Storage.Keys;
using Sira.Storage.PostgreSql.Connections;
using Sira.Storage.PostgreSql.Statements;

namespace Sira.Storage.PostgreSql.Changes;

/// <summary>Tells of the writes of all processes, as the server notifies of them.</summary>
internal sealed class PostgreSqlChanges : IChangeFeed, IAsyncDisposable
{
    private readonly Lock gate = new();
    private readonly Dictionary<StorePartition, List<ChangeQueue>> queues = [];
    private readonly Database database;
    private readonly WatchRegister register;
    private readonly ChangeListener listener;

    public PostgreSqlChanges(Database database)
    {
        this.database = database;
        var statements = new WatchStatements(database.Options.Schema);
        register = new WatchRegister(database, statements);
        listener = new ChangeListener(database, register, statements, Scopes, Tell, TellMissed);
    }

    public async ValueTask<IChangeSubscription> SubscribeAsync(StorePartition scope, CancellationToken cancellationToken = default)
    {
        StorageArguments.Check(scope);
        await database.EnsureOpenAsync(cancellationToken).ConfigureAwait(false);
        var queue = new ChangeQueue(ended => Leave(scope, ended));
        lock (gate)
        {
            if (!queues.TryGetValue(scope, out var list))
            {
                queues.Add(scope, list = []);
            }

            list.Add(queue);
        }

        try
        {
            await listener.ListeningAsync(cancellationToken).ConfigureAwait(false);
            await database.ReadAsync((register, scope), static (connection, state, token) => state.register.HoldAsync(connection, [state.scope], token), cancellationToken).ConfigureAwait(false);
            return queue;
        }
        catch
        {
            queue.Close();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await listener.DisposeAsync().ConfigureAwait(false);
        foreach (var queue in All())
        {
            queue.Close();
        }
    }

    private void Tell(StoreChange change)
    {
        lock (gate)
        {
            if (queues.TryGetValue(change.Key.Partition, out var list))
            {
                foreach (var queue in list)
                {
                    queue.Bring(change);
                }
            }
        }
    }

    private void TellMissed()
    {
        foreach (var queue in All())
        {
            queue.Bring(new StoreChange(ChangeKind.Missed, default, default));
        }
    }

    private StorePartition[] Scopes()
    {
        lock (gate)
        {
            return [.. queues.Keys];
        }
    }

    private ChangeQueue[] All()
    {
        lock (gate)
        {
            return [.. queues.Values.SelectMany(static list => list)];
        }
    }

    private void Leave(in StorePartition scope, ChangeQueue queue)
    {
        lock (gate)
        {
            if (queues.TryGetValue(scope, out var list) && list.Remove(queue) && list.Count == 0)
            {
                queues.Remove(scope);
            }
        }
    }
}
