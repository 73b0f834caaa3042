namespace Sira.Plugins.Loading.Folders;

/// <summary>By what it shows that a file may have changed.</summary>
/// <param name="Length">Its length in bytes; -1 when it cannot be told, as of a link to nowhere.</param>
/// <param name="ChangedAt">When it was written last.</param>
internal readonly record struct FileStamp(long Length, DateTime ChangedAt)
{
    public static FileStamp Of(string path)
    {
        try
        {
            var file = new FileInfo(path);
            return new FileStamp(file.Length, file.LastWriteTimeUtc);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return new FileStamp(-1, default);
        }
    }
}
