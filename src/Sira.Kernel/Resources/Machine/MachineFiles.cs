namespace Sira.Kernel.Resources.Machine;

/// <summary>The files of the machine itself.</summary>
public sealed class MachineFiles : IMachineFiles
{
    // Such files are some lines long; what is longer is something else.
    private const int MostCharacters = 65_536;

    /// <summary>Gets the single instance.</summary>
    public static MachineFiles Instance { get; } = new();

    /// <inheritdoc />
    public string? ReadText(string path)
    {
        try
        {
            using var reader = new StreamReader(path);
            var buffer = new char[MostCharacters];
            return new string(buffer, 0, reader.ReadBlock(buffer));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            return null;
        }
    }

    /// <inheritdoc />
    public IReadOnlyList<string> List(string path)
    {
        try
        {
            return [.. Directory.EnumerateFileSystemEntries(path).Select(static entry => Path.GetFileName(entry)).Order(StringComparer.Ordinal)];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            return [];
        }
    }
}
