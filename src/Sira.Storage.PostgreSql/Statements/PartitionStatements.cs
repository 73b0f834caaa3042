namespace Sira.Storage.PostgreSql.Statements;

/// <summary>Statements about partitions.</summary>
internal sealed class PartitionStatements(string schema)
{
    /// <summary>The partitions from $1, $2 on, $3 at most, by jumping from one to the next in the indexes instead of reading every row between them.</summary>
    public string List { get; } =
        $"""
        WITH RECURSIVE p (namespace, tenant) AS (
            ({Next(schema, ">=", "$1", "$2")})
            UNION ALL
            SELECT n.namespace, n.tenant FROM p CROSS JOIN LATERAL ({Next(schema, ">", "p.namespace", "p.tenant")}) AS n)
        SELECT namespace, tenant FROM p LIMIT $3
        """;

    private static string Next(string schema, string comparison, string @namespace, string tenant) =>
        $"SELECT u.namespace, u.tenant FROM ({First(schema, "value", comparison, @namespace, tenant)} UNION ALL {First(schema, "stream", comparison, @namespace, tenant)}) AS u ORDER BY u.namespace, u.tenant LIMIT 1";

    private static string First(string schema, string table, string comparison, string @namespace, string tenant) =>
        $"(SELECT namespace, tenant FROM \"{schema}\".{table} WHERE (namespace, tenant) {comparison} ({@namespace}, {tenant}) ORDER BY namespace, tenant LIMIT 1)";
}
