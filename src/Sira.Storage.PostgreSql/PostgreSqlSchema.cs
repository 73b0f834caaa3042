using System.Globalization;
using System.Text;
using Sira.Storage.PostgreSql.Schema;

namespace Sira.Storage.PostgreSql;

/// <summary>The tables of the engine, for databases whose schema the application may not change itself.</summary>
public static class PostgreSqlSchema
{
    /// <summary>The version of the tables that this package reads and writes.</summary>
    public static int Version => SchemaSteps.Latest;

    /// <summary>Returns the SQL that makes the tables, or brings them up to <see cref="Version"/>. For <c>psql</c>; changes nothing where they are.</summary>
    /// <param name="schema">The schema.</param>
    /// <returns>The SQL, one transaction.</returns>
    /// <exception cref="ArgumentException">It is no name of a schema.</exception>
    public static string Script(string schema = "sira")
    {
        if (!PostgreSqlEngineOptions.IsSchema(schema))
        {
            throw new ArgumentException($"'{schema}' is no name of a schema. Use 1 to 48 characters of a-z, 0-9 and _, not beginning with a digit or pg_.", nameof(schema));
        }

        var script = new StringBuilder();
        script.AppendLine("BEGIN;").AppendLine(CultureInfo.InvariantCulture, $"SELECT pg_advisory_xact_lock({SchemaInstaller.LockOf(schema)});").AppendLine(CultureInfo.InvariantCulture, $"CREATE SCHEMA IF NOT EXISTS \"{schema}\";");
        for (var version = 1; version <= Version; version++)
        {
            var reached = version == 1
                ? $"to_regclass('\"{schema}\".schema_version') IS NULL"
                : $"(SELECT version FROM \"{schema}\".schema_version) < {version}";
            script.AppendLine(CultureInfo.InvariantCulture, $"DO $sira$ BEGIN IF {reached} THEN").AppendLine(SchemaSteps.Step(version, schema))
                .AppendLine(CultureInfo.InvariantCulture, $"UPDATE \"{schema}\".schema_version SET version = {version}, changed_at = now();").AppendLine("END IF; END $sira$;");
        }

        return script.AppendLine("COMMIT;").ToString();
    }
}
