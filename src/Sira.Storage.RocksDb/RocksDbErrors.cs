using Sira.Storage.Errors;
using Sira.Storage.RocksDb.Native;

namespace Sira.Storage.RocksDb;

/// <summary>Says what went wrong in words that name the folder and the fix.</summary>
internal sealed class RocksDbErrors(string engine, string path)
{
    public string Engine => engine;

    public StorageException Closed() => Of(StorageErrorKind.Closed, $"The engine '{engine}' was closed. Open another");

    public StorageException ReadOnly() => Of(StorageErrorKind.ReadOnly, $"The engine '{engine}' only reads '{path}'. Set {nameof(RocksDbEngineOptions)}.{nameof(RocksDbEngineOptions.IsReadOnly)} to false to write");

    public StorageException NoBackup() => Of(StorageErrorKind.ReadOnly, $"No backup can be taken of '{path}' while it is only read. Copy the folder, or open it for writing");

    public StorageException Of(StorageErrorKind kind, string message, Exception? cause = null) => new(kind, engine, message, cause);

    /// <summary>Translates what RocksDB says, and what calling it throws.</summary>
    /// <param name="exception">What was thrown.</param>
    /// <param name="isUncertain">Whether a write that failed may have been made.</param>
    public StorageException Translate(Exception exception, bool isUncertain = false)
    {
        if (exception is StorageException storage)
        {
            return storage;
        }

        var (kind, message) = exception switch
        {
            NativeException native => Explain(native),
            ObjectDisposedException => (StorageErrorKind.Closed, $"The engine '{engine}' was closed. Open another"),
            DllNotFoundException => (StorageErrorKind.Unavailable, $"The library of RocksDB is not installed. {NativeLibraryResolver.Advice}"),
            EntryPointNotFoundException => (StorageErrorKind.Incompatible, $"The installed library of RocksDB lacks what is needed ({exception.Message}). Use 7.8 or newer"),
            UnauthorizedAccessException => (StorageErrorKind.Denied, $"'{path}' cannot be used: {exception.Message} Give this process the right to read and write it"),
            IOException => Explain(new NativeException($"IO error: {exception.Message}")),
            _ => (StorageErrorKind.Unknown, $"The engine '{engine}' failed at '{path}': {exception.Message}"),
        };
        return new StorageException(kind, engine, message, exception) { IsUncertain = isUncertain };
    }

    private (StorageErrorKind Kind, string Message) Explain(NativeException native) => native.Status switch
    {
        NativeStatus.NoSpace => (StorageErrorKind.Full, $"There is no room for the database in '{path}': {native.Message}. Free some, then open the engine again"),
        NativeStatus.Locked => (StorageErrorKind.Busy, $"The database in '{path}' is open already, in this process or another: {native.Message}. Close it there, or open it with {nameof(RocksDbEngineOptions.IsReadOnly)}"),
        NativeStatus.Denied => (StorageErrorKind.Denied, $"The database in '{path}' is not permitted to this process: {native.Message}. Give it the right to read and write the folder"),
        NativeStatus.ReadOnly => (StorageErrorKind.ReadOnly, $"The database in '{path}' cannot be written to: {native.Message}. Use another folder, or {nameof(RocksDbEngineOptions.IsReadOnly)}"),
        NativeStatus.Corruption => (StorageErrorKind.Corrupt, $"The database in '{path}' is damaged: {native.Message}. Restore a backup"),
        NativeStatus.NotSupported => (StorageErrorKind.Incompatible, $"The database in '{path}' was written by a newer RocksDB: {native.Message}. Install a newer library"),
        NativeStatus.InvalidArgument when native.Message.Contains("is not linked with the binary", StringComparison.Ordinal) =>
            (StorageErrorKind.Incompatible, $"The installed library of RocksDB was built without a compression that is asked for: {native.Message}. Set {nameof(RocksDbEngineOptions)}.{nameof(RocksDbEngineOptions.Compression)} to another"),
        NativeStatus.InvalidArgument => (StorageErrorKind.Incompatible, $"The database in '{path}' cannot be opened: {native.Message}"),
        NativeStatus.InputOutput => (StorageErrorKind.Unavailable, $"The database in '{path}' cannot be read or written: {native.Message}"),
        NativeStatus.Incomplete or NativeStatus.Busy => (StorageErrorKind.Busy, $"The database in '{path}' is too busy: {native.Message}"),
        NativeStatus.TimedOut => (StorageErrorKind.Timeout, $"The database in '{path}' did not answer in time: {native.Message}"),
        NativeStatus.ShuttingDown => (StorageErrorKind.Closed, $"The engine '{engine}' is being closed. Open another"),
        _ => (StorageErrorKind.Unknown, $"The database in '{path}' failed: {native.Message}"),
    };
}
