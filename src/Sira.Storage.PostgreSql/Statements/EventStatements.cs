using static Sira.Storage.PostgreSql.Statements.Fragments;

namespace Sira.Storage.PostgreSql.Statements;

/// <summary>Statements about streams. $1 to $3 are the key unless it says otherwise.</summary>
/// <remarks>
/// Positions come of one row per namespace, which an append holds until it has committed. So the next position is given only when the one before it can be read, and a reader never sees a position
/// behind which a lower one comes later, as it would with a sequence, whose numbers are taken in one order and committed in another. The row is taken before the stream's, always, so that no two appends wait for each other.
/// </remarks>
internal sealed class EventStatements(string schema)
{
    private const string Key = "namespace = $1 AND tenant = $2 AND name = $3";

    /// <summary>$4 how many, $5 types, $6 contents, $7 whether durable.</summary>
    public string AppendAny { get; } = Append(
        schema,
        "VALUES ($1, $4)",
        $"INSERT INTO \"{schema}\".stream AS t (namespace, tenant, name, version) SELECT $1, $2, $3, $4 FROM h ON CONFLICT (namespace, tenant, name) DO UPDATE SET version = t.version + $4 RETURNING id, version");

    /// <summary>As above. Asked without a lock first, so that who is refused writes nothing and keeps nobody waiting.</summary>
    public string AppendNew { get; } = Append(
        schema,
        $"SELECT $1, $4 WHERE NOT EXISTS (SELECT FROM \"{schema}\".stream WHERE {Key})",
        $"INSERT INTO \"{schema}\".stream (namespace, tenant, name, version) SELECT $1, $2, $3, $4 FROM h ON CONFLICT (namespace, tenant, name) DO NOTHING RETURNING id, version");

    /// <summary>As above, $8 the version.</summary>
    public string AppendOf { get; } = Append(
        schema,
        $"SELECT $1, $4 WHERE EXISTS (SELECT FROM \"{schema}\".stream WHERE {Key} AND version = $8)",
        $"UPDATE \"{schema}\".stream AS t SET version = t.version + $4 FROM h WHERE {Key} AND version = $8 RETURNING t.id, t.version");

    /// <summary>$4 behind which version, $5 how many.</summary>
    public string Read { get; } =
        $"SELECT version, position, type, data, appended_at FROM \"{schema}\".event WHERE stream = (SELECT id FROM \"{schema}\".stream WHERE {Key}) AND version > $4 ORDER BY version LIMIT $5";

    /// <summary>$1 namespace, $2 behind which position, $3 how many.</summary>
    public string ReadAll { get; } =
        $"SELECT e.version, e.position, e.type, e.data, e.appended_at, s.tenant, s.name FROM (SELECT * FROM \"{schema}\".event WHERE namespace = $1 AND position > $2 ORDER BY position LIMIT $3) AS e JOIN \"{schema}\".stream AS s ON s.id = e.stream ORDER BY e.position";

    public string Version { get; } = $"SELECT version FROM \"{schema}\".stream WHERE {Key}";

    /// <summary>$4 up to which version, $5 how many at most.</summary>
    public string Trim { get; } =
        $"WITH s AS (SELECT id FROM \"{schema}\".stream WHERE {Key}), f AS (SELECT min(version) AS first FROM \"{schema}\".event WHERE stream = (SELECT id FROM s)) DELETE FROM \"{schema}\".event WHERE stream = (SELECT id FROM s) AND version <= $4 AND version < (SELECT first FROM f) + $5";

    /// <summary>Holds the positions of namespace $1. Before <see cref="Delete"/>, and apart from it: that one must see all that was appended, and nothing may be appended while it looks.</summary>
    public string Hold { get; } =
        $"INSERT INTO \"{schema}\".head (namespace, position) VALUES ($1, 0) ON CONFLICT (namespace) DO UPDATE SET position = 0 WHERE false";

    public string Delete { get; } =
        $"WITH s AS (DELETE FROM \"{schema}\".stream WHERE {Key} RETURNING id), e AS (DELETE FROM \"{schema}\".event WHERE stream = (SELECT id FROM s)) SELECT id FROM s";

    /// <summary>$1 and $2 the partition, $3 and $4 the range, $5 how many.</summary>
    public string List { get; } = $"SELECT name, version FROM \"{schema}\".stream WHERE namespace = $1 AND tenant = $2 AND name >= $3 AND name < $4 ORDER BY name LIMIT $5";

    private static string Append(string schema, string head, string stream) =>
        $"""
        WITH h AS (INSERT INTO "{schema}".head AS p (namespace, position) {head} ON CONFLICT (namespace) DO UPDATE SET position = p.position + $4 RETURNING position),
        s AS ({stream}),
        e AS (INSERT INTO "{schema}".event (stream, version, namespace, position, type, data, appended_at)
            SELECT s.id, s.version - $4 + i.number, $1, h.position - $4 + i.number, i.type, i.data, clock_timestamp() FROM s, h, unnest($5, $6) WITH ORDINALITY AS i (type, data, number))
        SELECT s.version, h.position, {Sync("$7")}, {Notify(schema, Payload("A", "s.version", "$1", "$2", "$3"))} FROM s, h
        """;
}
