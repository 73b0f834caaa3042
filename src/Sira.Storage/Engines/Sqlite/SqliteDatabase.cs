using SQLitePCL;
using Sira.Storage.Errors;

namespace Sira.Storage.Engines.Sqlite;

/// <summary>A connection to a file. Used by one caller at a time.</summary>
internal sealed class SqliteDatabase : IDisposable
{
    // Nobody else writes; this is for the moments in which a log is recovered or put back.
    private const int BusyMilliseconds = 5000;

    private readonly string engine;
    private readonly sqlite3 handle;

    static SqliteDatabase() => Batteries_V2.Init();

    private SqliteDatabase(string engine, string path, sqlite3 handle) => (this.engine, Path, this.handle) = (engine, path, handle);

    /// <summary>Gets the file, as errors name it.</summary>
    public string Path { get; }

    public sqlite3 Handle => handle;

    /// <summary>Opens a file for writing, creating it if it is not there.</summary>
    public static SqliteDatabase OpenToWrite(string engine, string path) => Open(engine, path, raw.SQLITE_OPEN_READWRITE | raw.SQLITE_OPEN_CREATE);

    /// <summary>Opens a file for reading.</summary>
    /// <param name="engine">The name of the engine.</param>
    /// <param name="path">The file.</param>
    /// <param name="source">What errors are to name where it is a copy of something.</param>
    public static SqliteDatabase OpenToRead(string engine, string path, string? source = null) => Open(engine, path, raw.SQLITE_OPEN_READONLY, source);

    public SqliteStatement Prepare(string sql)
    {
        var code = raw.sqlite3_prepare_v2(handle, sql, out var statement);
        return code == raw.SQLITE_OK ? new SqliteStatement(this, statement) : throw Failed(code);
    }

    /// <summary>Runs a statement once.</summary>
    public void Run(string sql)
    {
        using var statement = Prepare(sql);
        statement.Run();
    }

    /// <summary>Runs a statement once.</summary>
    /// <returns>The number in the first column of its first row; 0 if it has no rows.</returns>
    public long Number(string sql)
    {
        using var statement = Prepare(sql);
        return statement.Step() ? statement.Number(0) : 0;
    }

    /// <summary>Returns the error of what has just failed.</summary>
    public StorageException Failed(int code)
    {
        var extended = raw.sqlite3_extended_errcode(handle);
        return SqliteErrors.Make(engine, Path, (extended & 0xff) == (code & 0xff) ? extended : code, raw.sqlite3_errmsg(handle).utf8_to_string());
    }

    public void Dispose() => handle.Dispose();

    private static SqliteDatabase Open(string engine, string path, int flags, string? source = null)
    {
        var code = raw.sqlite3_open_v2(path, out var handle, flags | raw.SQLITE_OPEN_NOMUTEX, null);
        var database = new SqliteDatabase(engine, source ?? path, handle);
        if (code != raw.SQLITE_OK)
        {
            var failed = database.Failed(code);
            database.Dispose();
            throw failed;
        }

        raw.sqlite3_busy_timeout(handle, BusyMilliseconds);
        return database;
    }
}
