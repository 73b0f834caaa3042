using static Sira.Storage.PostgreSql.Statements.Fragments;

namespace Sira.Storage.PostgreSql.Statements;

/// <summary>Statements about single values. $1 to $3 are the key.</summary>
internal sealed class ValueStatements(string schema)
{
    private const string Key = "namespace = $1 AND tenant = $2 AND name = $3";

    private const string Replace = "ON CONFLICT (namespace, tenant, name) DO UPDATE SET value = excluded.value, etag = excluded.etag, expires_at = excluded.expires_at";

    public string Get { get; } = $"SELECT etag, expires_at, value FROM \"{schema}\".value AS v WHERE {Key} AND {Live("v")}";

    public string Tag { get; } = $"SELECT etag FROM \"{schema}\".value AS v WHERE {Key} AND {Live("v")}";

    /// <summary>$4 value, $5 microseconds to live, $6 whether durable.</summary>
    public string Put { get; } =
        $"INSERT INTO \"{schema}\".value (namespace, tenant, name, value, expires_at) VALUES ($1, $2, $3, $4, {Expiry("$5")}) {Replace} {Returning(schema, "P", "$6")}";

    /// <summary>As above. The condition is asked twice: first without a lock, so that what is refused writes nothing.</summary>
    public string PutAbsent { get; } =
        $"INSERT INTO \"{schema}\".value AS v (namespace, tenant, name, value, expires_at) SELECT $1, $2, $3, $4, {Expiry("$5")} WHERE NOT EXISTS (SELECT FROM \"{schema}\".value AS v WHERE {Key} AND {Live("v")}) {Replace} WHERE NOT {Live("v")} {Returning(schema, "P", "$6")}";

    /// <summary>As above, $7 the tag.</summary>
    public string PutUnchanged { get; } =
        $"UPDATE \"{schema}\".value AS v SET value = $4, etag = DEFAULT, expires_at = {Expiry("$5")} WHERE {Key} AND etag = $7 AND {Live("v")} {Returning(schema, "P", "$6")}";

    /// <summary>$4 the tag, 0 for any; $5 whether durable.</summary>
    public string Delete { get; } =
        $"DELETE FROM \"{schema}\".value AS v WHERE {Key} AND ($4 = 0 OR etag = $4) AND {Live("v")} {Returning(schema, "D", "$5")}";

    /// <summary>$1 and $2 the partition, $3 and $4 the range, $5 how many.</summary>
    public string Scan { get; } = Page(schema, "value");

    public string ScanKeys { get; } = Page(schema, "''::bytea");

    /// <summary>$1 how many. Rows that somebody holds are left for the next time.</summary>
    public string DeleteExpired { get; } =
        $"DELETE FROM \"{schema}\".value WHERE ctid = ANY (ARRAY(SELECT ctid FROM \"{schema}\".value WHERE expires_at <= now() ORDER BY expires_at LIMIT $1 FOR UPDATE SKIP LOCKED))";

    private static string Returning(string schema, string kind, string isDurable) =>
        $"RETURNING etag, 0::bigint, {Sync(isDurable)}, {Notify(schema, Payload(kind, "etag", "$1", "$2", "$3"))}";

    private static string Page(string schema, string value) =>
        $"SELECT name, etag, expires_at, {value} FROM \"{schema}\".value AS v WHERE namespace = $1 AND tenant = $2 AND name >= $3 AND name < $4 AND {Live("v")} ORDER BY name LIMIT $5";
}
