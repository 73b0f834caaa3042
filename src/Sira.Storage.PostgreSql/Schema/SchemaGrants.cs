namespace Sira.Storage.PostgreSql.Schema;

/// <summary>What an administrator has to permit, as SQL.</summary>
internal static class SchemaGrants
{
    /// <summary>To use tables that are there.</summary>
    public static string Use(string schema, string role = "...") =>
        $"GRANT USAGE ON SCHEMA \"{schema}\" TO {Quote(role)}; GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA \"{schema}\" TO {Quote(role)}; GRANT USAGE ON ALL SEQUENCES IN SCHEMA \"{schema}\" TO {Quote(role)};";

    /// <summary>To make them.</summary>
    public static string Create(string schema, string role, string database) =>
        $"GRANT CREATE ON DATABASE {Quote(database)} TO {Quote(role)}; or, where the schema is there already: ALTER SCHEMA \"{schema}\" OWNER TO {Quote(role)}; or the script of PostgreSqlSchema.Script(\"{schema}\") and then: {Use(schema, role)}";

    private static string Quote(string name) => name == "..." ? name : $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
