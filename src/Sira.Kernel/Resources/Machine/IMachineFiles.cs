namespace Sira.Kernel.Resources.Machine;

/// <summary>Reads the files in which an operating system describes its machine, so that a test can give others.</summary>
public interface IMachineFiles
{
    /// <summary>Reads a small text file.</summary>
    /// <param name="path">The absolute path, with <c>/</c>.</param>
    /// <returns>The text; <see langword="null"/> when there is no such file or it cannot be read.</returns>
    string? ReadText(string path);

    /// <summary>Lists a directory.</summary>
    /// <param name="path">The absolute path, with <c>/</c>.</param>
    /// <returns>The names in it, without the path; empty when there is no such directory or it cannot be read.</returns>
    IReadOnlyList<string> List(string path);
}
