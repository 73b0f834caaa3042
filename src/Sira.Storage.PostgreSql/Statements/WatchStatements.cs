namespace Sira.Storage.PostgreSql.Statements;

/// <summary>Statements about who listens to changes of what.</summary>
internal sealed class WatchStatements(string schema)
{
    // RowExclusiveLock is what INSERT, UPDATE and DELETE hold until their transaction ends (PostgreSQL, 13.3.1).
    private readonly string writers =
        $"SELECT DISTINCT virtualtransaction FROM pg_locks WHERE locktype = 'relation' AND database = (SELECT oid FROM pg_database WHERE datname = current_database()) AND relation IN ('\"{schema}\".value'::regclass, '\"{schema}\".head'::regclass) AND mode = 'RowExclusiveLock' AND pid <> pg_backend_pid()";

    public string Channel { get; } = $"{schema}_changes";

    public string Listen { get; } = $"LISTEN {schema}_changes";

    public string Unlisten => "UNLISTEN *";

    /// <summary>How many of the partitions $1, $2 the watcher $3 still holds.</summary>
    public string Held { get; } =
        $"SELECT count(*) FROM unnest($1, $2) AS i (namespace, tenant) JOIN \"{schema}\".watch AS w ON w.namespace = i.namespace AND w.tenant = i.tenant AND w.watcher = $3 WHERE w.expires_at > clock_timestamp()";

    /// <summary>Holds the partitions $1, $2 for the watcher $3 for $4 microseconds.</summary>
    public string Watch { get; } =
        $"INSERT INTO \"{schema}\".watch (namespace, tenant, watcher, expires_at) SELECT i.namespace, i.tenant, $3, clock_timestamp() + $4 * interval '1 microsecond' FROM unnest($1, $2) AS i (namespace, tenant) ORDER BY 1, 2 ON CONFLICT (namespace, tenant, watcher) DO UPDATE SET expires_at = excluded.expires_at";

    /// <summary>Takes away what those have left who did not come back.</summary>
    public string Clean { get; } =
        $"DELETE FROM \"{schema}\".watch WHERE ctid = ANY (ARRAY(SELECT ctid FROM \"{schema}\".watch WHERE expires_at < now() - interval '1 hour' LIMIT 1000 FOR UPDATE SKIP LOCKED))";

    /// <summary>The transactions that write now.</summary>
    public string Writers => writers;

    /// <summary>Those of $1 that still write.</summary>
    public string WritersLeft => $"{writers} AND virtualtransaction = ANY ($1)";
}
