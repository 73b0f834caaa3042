using System.IO.Compression;
using System.Security.Cryptography;

namespace Sira.Plugins.Loading.Packages;

/// <summary>The content of a package, read whole and checked: what is verified is what is loaded, whatever becomes of the file meanwhile.</summary>
internal sealed class PluginPackage : IDisposable
{
    private readonly ZipArchive archive;
    private readonly Dictionary<string, ZipArchiveEntry> entries = new(StringComparer.OrdinalIgnoreCase);

    private PluginPackage(string path, byte[] content)
    {
        (Path, Hash) = (path, Convert.ToHexStringLower(SHA256.HashData(content)));
        archive = new ZipArchive(new MemoryStream(content, writable: false), ZipArchiveMode.Read);
    }

    /// <summary>Gets where the file is.</summary>
    public string Path { get; }

    /// <summary>Gets the SHA-256 of the file.</summary>
    public string Hash { get; }

    /// <summary>Gets the names of its files, with forward slashes.</summary>
    public IReadOnlyCollection<string> Files => entries.Keys;

    /// <summary>Opens a package.</summary>
    /// <exception cref="PluginException">It is no package, or a hostile one.</exception>
    public static PluginPackage Open(string path)
    {
        try
        {
            return Open(path, Read(path));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw new PluginException(path, $"The package '{path}' cannot be read: {exception.Message} Copy it there anew, whole.", exception);
        }
    }

    /// <summary>Opens a package whose content has been read.</summary>
    /// <exception cref="InvalidDataException">It is no package, or a hostile one.</exception>
    public static PluginPackage Open(string path, byte[] content)
    {
        var package = new PluginPackage(path, content);
        try
        {
            package.Index();
            return package;
        }
        catch
        {
            package.Dispose();
            throw;
        }
    }

    /// <summary>Reads a file of the package.</summary>
    /// <param name="name">Its name.</param>
    /// <returns>The content; <see langword="null"/> when there is no such file.</returns>
    /// <exception cref="PluginException">It is damaged.</exception>
    public byte[]? ReadFile(string name)
    {
        if (!entries.TryGetValue(name, out var entry))
        {
            return null;
        }

        try
        {
            using var stream = entry.Open();
            var content = new byte[entry.Length];
            stream.ReadExactly(content);

            // The header may say less than there is.
            return stream.ReadByte() < 0 ? content : throw new InvalidDataException("it is longer than it says.");
        }
        catch (Exception exception) when (exception is InvalidDataException or EndOfStreamException)
        {
            throw new PluginException(Path, $"The file '{name}' in the package '{Path}' is damaged: {exception.Message} Copy the package there anew.", exception);
        }
    }

    public void Dispose() => archive.Dispose();

    private static byte[] Read(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        if (stream.Length > PackageLimits.FileBytes)
        {
            throw new InvalidDataException($"it has {stream.Length} bytes, and {PackageLimits.FileBytes} are allowed.");
        }

        var content = new byte[stream.Length];
        stream.ReadExactly(content);
        return content;
    }

    private void Index()
    {
        if (archive.Entries.Count > PackageLimits.Files)
        {
            throw new InvalidDataException($"it has {archive.Entries.Count} files, and {PackageLimits.Files} are allowed.");
        }

        var unpacked = 0L;
        foreach (var entry in archive.Entries.Where(static entry => !entry.FullName.EndsWith('/')))
        {
            // NuGet escapes what a URI part cannot hold.
            var name = Uri.UnescapeDataString(entry.FullName);
            if (name.Contains('\\') || name.StartsWith('/') || name.Contains(':') || name.Split('/').Any(static part => part is "" or "." or ".."))
            {
                throw new InvalidDataException($"the name '{name}' in it leads elsewhere.");
            }

            if (!entries.TryAdd(name, entry))
            {
                throw new InvalidDataException($"the file '{name}' is in it twice.");
            }

            unpacked += entry.Length;
            if (unpacked > PackageLimits.UnpackedBytes)
            {
                throw new InvalidDataException($"it unpacks to more than the {PackageLimits.UnpackedBytes} bytes that are allowed.");
            }
        }
    }
}
