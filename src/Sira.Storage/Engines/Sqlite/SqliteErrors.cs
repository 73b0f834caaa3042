using System.Globalization;
using SQLitePCL;
using Sira.Storage.Errors;

namespace Sira.Storage.Engines.Sqlite;

/// <summary>Says in the words of the storage API what SQLite has to say. Codes: sqlite.org/rescode.html.</summary>
internal static class SqliteErrors
{
    public static StorageException Make(string engine, string path, int code, string text)
    {
        var (kind, fix) = Read(code & 0xff);
        return new StorageException(kind, engine, string.Create(CultureInfo.InvariantCulture, $"The engine '{engine}' cannot use '{path}': {text} (SQLite {code}). {fix}"))
        {
            // What fails while it is written to the disk may be on it or not; everything else is rolled back.
            IsUncertain = (code & 0xff) == raw.SQLITE_IOERR,
        };
    }

    private static (StorageErrorKind Kind, string Fix) Read(int code) => code switch
    {
        raw.SQLITE_BUSY or raw.SQLITE_LOCKED => (StorageErrorKind.Busy, "Something else holds a lock on it, such as a tool that has it open for writing. Close that."),
        raw.SQLITE_FULL => (StorageErrorKind.Full, "Make room on the disk, or raise MaximumBytes. Nothing of the write was kept."),
        raw.SQLITE_READONLY => (StorageErrorKind.ReadOnly, "Give this process the right to write to the file and its folder."),
        raw.SQLITE_PERM or raw.SQLITE_AUTH => (StorageErrorKind.Denied, "Give this process the right to use the file and its folder."),
        raw.SQLITE_CORRUPT => (StorageErrorKind.Corrupt, "The file is damaged. Restore a backup, or save what can be read by sqlite3's .recover."),
        raw.SQLITE_NOTADB => (StorageErrorKind.Incompatible, "The file is not an SQLite database. Name another, or move it away."),
        raw.SQLITE_CANTOPEN => (StorageErrorKind.Unavailable, "Make the folder, and give this process the right to use it."),
        raw.SQLITE_IOERR => (StorageErrorKind.Unavailable, "The disk has failed. Look at it, then restart the process, or open another engine on the file where code of yours has made this one."),
        _ => (StorageErrorKind.Unknown, string.Empty),
    };
}
