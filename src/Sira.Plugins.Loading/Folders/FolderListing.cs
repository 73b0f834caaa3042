using Sira.Kernel.Configuration;

namespace Sira.Plugins.Loading.Folders;

/// <summary>What lies in a folder at one moment.</summary>
/// <param name="Folder">The folder.</param>
/// <param name="Files">The packages in it, in their order, by path.</param>
/// <param name="Problem">Why nothing can be said about its files; <see langword="null"/> when they are all listed.</param>
internal sealed record FolderListing(string Folder, IReadOnlyList<(string Path, FileStamp Stamp)> Files, ConfigurationError? Problem)
{
    /// <summary>What packages are called.</summary>
    public const string Pattern = "*.nupkg";

    /// <summary>Looks into a folder.</summary>
    public static FolderListing Read(string folder)
    {
        try
        {
            return new FolderListing(folder, [.. Directory.GetFiles(folder, Pattern).Order(StringComparer.Ordinal).Select(static path => (path, FileStamp.Of(path)))], null);
        }
        catch (DirectoryNotFoundException)
        {
            return Unknown(folder, "The folder is not there.", "Make it, mount it, or correct the path; what runs of it goes on, and packages are taken up when it is there.");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return Unknown(folder, $"The folder cannot be read: {exception.Message}", "It must be a folder that the host may read; what runs of it goes on.");
        }
    }

    /// <summary>Returns what tells this look into the folder from another.</summary>
    public string Describe() => $"{Folder}|{Problem?.Problem}|{string.Join('|', Files.Select(static file => $"{file.Path}:{file.Stamp.Length}:{file.Stamp.ChangedAt.Ticks}"))}";

    private static FolderListing Unknown(string folder, string problem, string fix) => new(folder, [], new ConfigurationError(folder, problem, fix));
}
