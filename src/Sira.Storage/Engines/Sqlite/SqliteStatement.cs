using System.Text;
using SQLitePCL;

namespace Sira.Storage.Engines.Sqlite;

/// <summary>A prepared statement. Used by one caller at a time; parameters are numbered from 1, columns from 0.</summary>
internal sealed class SqliteStatement(SqliteDatabase database, sqlite3_stmt handle) : IDisposable
{
    public SqliteStatement Bind(int index, long value)
    {
        raw.sqlite3_bind_int64(handle, index, value);
        return this;
    }

    public SqliteStatement Bind(int index, long? value)
    {
        _ = value is { } number ? raw.sqlite3_bind_int64(handle, index, number) : raw.sqlite3_bind_null(handle, index);
        return this;
    }

    public SqliteStatement Bind(int index, ReadOnlySpan<byte> value)
    {
        // An empty span would become NULL.
        _ = value.IsEmpty ? raw.sqlite3_bind_zeroblob(handle, index, 0) : raw.sqlite3_bind_blob(handle, index, value);
        return this;
    }

    /// <summary>Binds a text as the blob of its bytes, so that it is compared and ordered by them.</summary>
    public SqliteStatement Bind(int index, string text)
    {
        const int OnStack = 512;
        var length = Encoding.UTF8.GetMaxByteCount(text.Length);
        var bytes = length <= OnStack ? stackalloc byte[OnStack] : new byte[length];
        return Bind(index, bytes[..Encoding.UTF8.GetBytes(text, bytes)]);
    }

    /// <summary>Moves to the next row.</summary>
    /// <returns>Whether there is one.</returns>
    public bool Step()
    {
        var code = raw.sqlite3_step(handle);
        return code switch
        {
            raw.SQLITE_ROW => true,
            raw.SQLITE_DONE => false,
            _ => throw Failed(code),
        };
    }

    /// <summary>Runs a statement that has no rows.</summary>
    public void Run()
    {
        try
        {
            Step();
        }
        finally
        {
            Reset();
        }
    }

    public long Number(int column) => raw.sqlite3_column_int64(handle, column);

    public bool IsNull(int column) => raw.sqlite3_column_type(handle, column) == raw.SQLITE_NULL;

    public ReadOnlySpan<byte> Blob(int column) => raw.sqlite3_column_blob(handle, column);

    public string Text(int column) => Encoding.UTF8.GetString(Blob(column));

    /// <summary>Ends the reading of rows, and with it the transaction that a read began.</summary>
    public void Reset() => raw.sqlite3_reset(handle);

    public void Dispose() => handle.Dispose();

    private Errors.StorageException Failed(int code)
    {
        // What went wrong must be asked before the statement is put back, and it must be put back before it is used again.
        var failed = database.Failed(code);
        Reset();
        return failed;
    }
}
