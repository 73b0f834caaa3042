using System.Buffers;
using System.IO.Compression;
using System.Security.Cryptography;
using Sira.Plugins.Manifests;

namespace Sira.Plugins.Loading.Packages;

/// <summary>The content of a package, read whole and checked: what is verified is what is loaded, whatever becomes of the file meanwhile.</summary>
internal sealed class PluginPackage : IDisposable
{
    private const int Chunk = 64 * 1024;

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
    /// <exception cref="PluginException">It cannot be read, or is no package, or a hostile one.</exception>
    public static PluginPackage Open(string path) => Open(path, Read(path));

    /// <summary>Opens a package whose content has been read.</summary>
    /// <exception cref="PluginException">It is no package, or a hostile one.</exception>
    public static PluginPackage Open(string path, byte[] content)
    {
        PluginPackage? package = null;
        try
        {
            package = new PluginPackage(path, content);
            package.Index(content.Length);
            return package;
        }
        catch (InvalidDataException exception)
        {
            package?.Dispose();
            throw Unreadable(path, exception);
        }
    }

    /// <summary>Reads the content of a package.</summary>
    /// <exception cref="PluginException">It cannot be read, or is too long.</exception>
    public static byte[] Read(string path)
    {
        try
        {
            using var stream = Stream(path);
            if (stream.Length > PackageLimits.FileBytes)
            {
                throw new InvalidDataException($"It has {stream.Length} bytes, and {PackageLimits.FileBytes} are allowed.");
            }

            var content = new byte[stream.Length];
            stream.ReadExactly(content);
            return content;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw Unreadable(path, exception);
        }
    }

    /// <summary>Returns whether a file can be opened now.</summary>
    public static bool CanOpen(string path)
    {
        try
        {
            using var stream = Stream(path);
            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>Gets the unpacked length of a file.</summary>
    /// <returns>The length in bytes; <see langword="null"/> when there is no such file.</returns>
    public long? LengthOf(string name) => entries.TryGetValue(name, out var entry) ? entry.Length : null;

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

        var content = new byte[entry.Length];
        Unpack(entry, stream =>
        {
            stream.ReadExactly(content);
            return Crc32.Append(0, content);
        });
        return content;
    }

    /// <summary>Reads the manifest.</summary>
    /// <returns>The content; <see langword="null"/> when the package is no plugin's.</returns>
    /// <exception cref="PluginException">It is damaged, or far too long.</exception>
    public byte[]? ReadManifest() => LengthOf(PluginManifest.FileName) is > PackageLimits.ManifestBytes
        ? throw new PluginException(Path, $"The {PluginManifest.FileName} in the package '{Path}' is longer than {PackageLimits.ManifestBytes / 1024} KiB. A manifest takes a few hundred bytes; is this the right file?")
        : ReadFile(PluginManifest.FileName);

    /// <summary>Hashes a file of the package.</summary>
    /// <param name="name">Its name.</param>
    /// <returns>The SHA-256 of its content, in lower-case hexadecimal digits.</returns>
    /// <exception cref="PluginException">It is damaged.</exception>
    public string HashFile(string name)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Unpack(entries[name], stream =>
        {
            var length = entries[name].Length;
            var buffer = ArrayPool<byte>.Shared.Rent((int)Math.Clamp(length, 1, Chunk));
            try
            {
                var checksum = 0u;
                for (var left = length; left > 0;)
                {
                    var chunk = buffer.AsSpan(0, (int)Math.Min(left, buffer.Length));
                    stream.ReadExactly(chunk);
                    hash.AppendData(chunk);
                    checksum = Crc32.Append(checksum, chunk);
                    left -= chunk.Length;
                }

                return checksum;
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(buffer);
            }
        });
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    public void Dispose() => archive.Dispose();

    private static FileStream Stream(string path) => new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);

    private static PluginException Unreadable(string path, Exception exception) =>
        new(path, $"The package '{path}' cannot be read: {exception.Message} Copy it there anew, whole.", exception);

    // 'read' returns the checksum of what it read.
    private void Unpack(ZipArchiveEntry entry, Func<Stream, uint> read)
    {
        try
        {
            using var stream = entry.Open();
            if (read(stream) != entry.Crc32 || stream.ReadByte() >= 0)
            {
                throw new InvalidDataException("Its checksum or its length is not what the package says.");
            }
        }
        catch (Exception exception) when (exception is InvalidDataException or IOException or NotSupportedException)
        {
            throw new PluginException(Path, $"The file '{entry.FullName}' in the package '{Path}' is damaged: {exception.Message} Copy the package there anew.", exception);
        }
    }

    private void Index(long length)
    {
        if (archive.Entries.Count > PackageLimits.Files)
        {
            throw new InvalidDataException($"It has {archive.Entries.Count} files, and {PackageLimits.Files} are allowed.");
        }

        var (packed, unpacked) = (0L, 0L);
        foreach (var entry in archive.Entries.Where(static entry => !entry.FullName.EndsWith('/')))
        {
            var name = NameOf(entry);
            if (!entries.TryAdd(name, entry))
            {
                throw new InvalidDataException($"The file '{name}' is in it twice.");
            }

            packed += entry.CompressedLength;
            unpacked += entry.Length;
            if (packed > length)
            {
                // Files that share their compressed bytes: how small zip bombs are made.
                throw new InvalidDataException("Its files overlap.");
            }

            if (unpacked > PackageLimits.UnpackedBytes)
            {
                throw new InvalidDataException($"It unpacks to more than the {PackageLimits.UnpackedBytes} bytes that are allowed.");
            }

            if (entry.Length > ((entry.CompressedLength + 1) * PackageLimits.Ratio))
            {
                throw new InvalidDataException($"The file '{name}' in it says that it unpacks to {entry.Length} bytes, which its {entry.CompressedLength} bytes cannot.");
            }
        }
    }

    // NuGet escapes what a URI part cannot hold.
    private static string NameOf(ZipArchiveEntry entry)
    {
        var name = Uri.UnescapeDataString(entry.FullName);
        if (name.Length > PackageLimits.Name || name.Any(char.IsControl))
        {
            throw new InvalidDataException("A name in it is too long, or holds control characters.");
        }

        return name.Contains('\\') || name.StartsWith('/') || name.Contains(':') || name.Split('/').Any(static part => part is "" or "." or "..")
            ? throw new InvalidDataException($"The name '{name}' in it leads elsewhere.")
            : name;
    }
}
