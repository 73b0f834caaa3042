using Sira.Storage.Errors;

namespace Sira.Storage.Engines.Sqlite;

/// <summary>The tables, and their version in the file.</summary>
internal static class SqliteSchema
{
    /// <summary>The version that this code reads and writes, in <c>user_version</c>.</summary>
    public const int Version = 1;

    // "Sira" in ASCII, in the header field that SQLite has for telling applications' files apart.
    private const int ApplicationId = 0x53697261;

    // Names are blobs: they are ordered by their bytes and may hold anything. Values and events are in tables with
    // row ids, because large rows are bad keys. The row id of an event is its namespace above 48 bits of position,
    // so that the events of a namespace lie together in their order without an index of their own.
    private static readonly string[] Tables =
    [
        "CREATE TABLE sequence (last INTEGER NOT NULL)",
        "INSERT INTO sequence VALUES (0)",
        "CREATE TABLE namespaces (id INTEGER PRIMARY KEY, name BLOB NOT NULL UNIQUE)",
        "CREATE TABLE partitions (id INTEGER PRIMARY KEY, namespace INTEGER NOT NULL, tenant BLOB NOT NULL, UNIQUE (namespace, tenant))",
        "CREATE TABLE items (partition INTEGER NOT NULL, name BLOB NOT NULL, tag INTEGER NOT NULL, expires INTEGER, value BLOB NOT NULL, UNIQUE (partition, name))",
        "CREATE INDEX items_by_expiry ON items (expires) WHERE expires IS NOT NULL",
        "CREATE TABLE streams (id INTEGER PRIMARY KEY, partition INTEGER NOT NULL, name BLOB NOT NULL, version INTEGER NOT NULL, UNIQUE (partition, name))",
        "CREATE TABLE events (id INTEGER PRIMARY KEY, stream INTEGER NOT NULL, version INTEGER NOT NULL, type BLOB NOT NULL, at INTEGER NOT NULL, data BLOB NOT NULL, UNIQUE (stream, version))",
    ];

    /// <summary>Makes the tables in an empty file, and checks the version of any other.</summary>
    /// <exception cref="StorageException">The file is somebody else's, or of a newer version.</exception>
    public static void Prepare(SqliteDatabase database, string engine)
    {
        if (database.Number("SELECT count(*) FROM sqlite_schema") == 0)
        {
            database.Run("PRAGMA journal_mode = WAL");
            database.Run("BEGIN IMMEDIATE");
            foreach (var table in Tables)
            {
                database.Run(table);
            }

            database.Run($"PRAGMA application_id = {ApplicationId}");
            database.Run($"PRAGMA user_version = {Version}");
            database.Run("COMMIT");
            return;
        }

        Check(database, engine);
        database.Run("PRAGMA journal_mode = WAL");
    }

    /// <summary>Checks that a file is ours and of a version that is known.</summary>
    /// <exception cref="StorageException">It is not.</exception>
    public static void Check(SqliteDatabase database, string engine)
    {
        if (database.Number("PRAGMA application_id") != ApplicationId)
        {
            throw new StorageException(StorageErrorKind.Incompatible, engine, $"The engine '{engine}' cannot use '{database.Path}': it is the database of another application. Name another file.");
        }

        var version = database.Number("PRAGMA user_version");
        if (version != Version)
        {
            throw new StorageException(StorageErrorKind.Incompatible, engine, $"The engine '{engine}' cannot use '{database.Path}': its schema has version {version}, and this Sira knows {Version}. Use the version of Sira that wrote it, or export it there and import it here.");
        }
    }
}
