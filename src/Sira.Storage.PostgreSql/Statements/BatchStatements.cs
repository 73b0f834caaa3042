using static Sira.Storage.PostgreSql.Statements.Fragments;

namespace Sira.Storage.PostgreSql.Statements;

/// <summary>Statements about many keys at once: $1 to $3 are arrays, in the order of <see cref="Connections.KeyBytes.Compare"/>.</summary>
internal sealed class BatchStatements(string schema)
{
    private const string Keys = "unnest($1, $2, $3) WITH ORDINALITY AS i (namespace, tenant, name, number)";

    // The level at which each statement sees what was committed before it, whatever the database's default is.
    public string Begin => "BEGIN ISOLATION LEVEL READ COMMITTED";

    public string Commit => "COMMIT";

    public string Rollback => "ROLLBACK";

    /// <summary>$1 whether durable.</summary>
    public string Durable { get; } = $"SELECT {Sync("$1")}";

    /// <summary>$4 values, $5 microseconds to live. Gives the tags in the order of the keys.</summary>
    public string Put { get; } =
        $"""
        WITH w AS (INSERT INTO "{schema}".value (namespace, tenant, name, value, expires_at)
            SELECT i.namespace, i.tenant, i.name, i.value, {Expiry("i.life")} FROM unnest($1, $2, $3, $4, $5) WITH ORDINALITY AS i (namespace, tenant, name, value, life, number) ORDER BY i.number
            ON CONFLICT (namespace, tenant, name) DO UPDATE SET value = excluded.value, etag = excluded.etag, expires_at = excluded.expires_at RETURNING namespace, tenant, name, etag)
        SELECT etag, {NotifyRows(schema, Payload("P", "etag", "namespace", "tenant", "name"))} FROM w
        """;

    /// <summary>Locks the keys, also those that have no value: those get one that has expired before it came, which nobody sees and which is deleted before the commit. A row that is there is locked and left alone (PostgreSQL, INSERT, ON CONFLICT).</summary>
    public string Lock { get; } =
        $"""
        INSERT INTO "{schema}".value (namespace, tenant, name, value, etag, expires_at) SELECT i.namespace, i.tenant, i.name, '', 0, '-infinity' FROM {Keys} ORDER BY i.number
        ON CONFLICT (namespace, tenant, name) DO UPDATE SET etag = 0 WHERE false
        """;

    /// <summary>The tags of the keys that have a value, by their number from 1 on.</summary>
    public string Tags { get; } =
        $"SELECT i.number, v.etag FROM {Keys} JOIN \"{schema}\".value AS v ON v.namespace = i.namespace AND v.tenant = i.tenant AND v.name = i.name WHERE {Live("v")}";

    /// <summary>$4 whether to tell of it.</summary>
    public string Delete { get; } =
        $"""
        WITH w AS (DELETE FROM "{schema}".value AS v USING unnest($1, $2, $3, $4) AS i (namespace, tenant, name, told)
            WHERE v.namespace = i.namespace AND v.tenant = i.tenant AND v.name = i.name RETURNING v.namespace, v.tenant, v.name, v.etag, i.told)
        SELECT {NotifyRows(schema, Payload("D", "etag", "namespace", "tenant", "name"))} FROM w WHERE told
        """;

    /// <summary>Holds the positions of namespaces: $1 their names in order.</summary>
    public string LockHeads { get; } =
        $"INSERT INTO \"{schema}\".head (namespace, position) SELECT i.namespace, 0 FROM unnest($1) WITH ORDINALITY AS i (namespace, number) ORDER BY i.number ON CONFLICT (namespace) DO UPDATE SET position = 0 WHERE false";

    /// <summary>The versions of the streams that there are, by their number from 1 on. Held, so that they are not deleted meanwhile; new ones cannot come while the positions are held.</summary>
    public string Versions { get; } =
        $"SELECT i.number, s.version FROM {Keys} JOIN \"{schema}\".stream AS s ON s.namespace = i.namespace AND s.tenant = i.tenant AND s.name = i.name ORDER BY i.number FOR UPDATE OF s";
}
