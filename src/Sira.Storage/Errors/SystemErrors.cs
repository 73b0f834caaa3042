namespace Sira.Storage.Errors;

/// <summary>Says in the words of the storage API what the system has to say of a file. .NET hands the number of the error on in <see cref="Exception.HResult"/>.</summary>
internal static class SystemErrors
{
    public static StorageException Make(string engine, string path, Exception exception)
    {
        var (kind, problem) = Read(exception);
        return new StorageException(kind, engine, $"The engine '{engine}' cannot use '{path}': {problem}", exception);
    }

    private static (StorageErrorKind Kind, string Problem) Read(Exception exception) => exception switch
    {
        DirectoryNotFoundException => (StorageErrorKind.Unavailable, "its folder is not there. Make it, or name another."),
        UnauthorizedAccessException => (StorageErrorKind.ReadOnly, "this process may not write there. Give it the right to, or name another file."),
        PathTooLongException => (StorageErrorKind.Unavailable, "the path is too long for the system. Name a shorter one."),
        _ => OperatingSystem.IsWindows() ? ReadWindows(exception) : ReadErrno(exception),
    };

    // EAGAIN of Linux and of macOS; EROFS; ENOSPC and EDQUOT of both.
    private static (StorageErrorKind Kind, string Problem) ReadErrno(Exception exception) => exception.HResult switch
    {
        11 or 35 => Shared(exception),
        30 => ReadOnly(),
        28 or 69 or 122 => Full(),
        _ => Other(exception),
    };

    // ERROR_SHARING_VIOLATION and ERROR_LOCK_VIOLATION; ERROR_WRITE_PROTECT; ERROR_HANDLE_DISK_FULL and ERROR_DISK_FULL.
    private static (StorageErrorKind Kind, string Problem) ReadWindows(Exception exception) => (exception.HResult & 0xffff) switch
    {
        32 or 33 => Shared(exception),
        19 => ReadOnly(),
        39 or 112 => Full(),
        _ => Other(exception),
    };

    private static (StorageErrorKind Kind, string Problem) Shared(Exception exception) =>
        (StorageErrorKind.Busy, $"another engine has it open, here or in another process ({exception.Message.TrimEnd('.')}). Share the engine within a process; between processes use one that is made for it, such as PostgreSQL.");

    private static (StorageErrorKind Kind, string Problem) ReadOnly() =>
        (StorageErrorKind.ReadOnly, "its file system is read-only. Name a file on one that can be written to, such as a volume of the container.");

    private static (StorageErrorKind Kind, string Problem) Full() => (StorageErrorKind.Full, "there is no room. Make some, or name a file elsewhere.");

    private static (StorageErrorKind Kind, string Problem) Other(Exception exception) => (StorageErrorKind.Unavailable, exception.Message);
}
