using System.Runtime.InteropServices;

namespace Sira.Plugins.Loading.Contexts;

/// <summary>The native libraries of one plugin. The system loads them from files only, so they are written into a folder of their own when the first one is asked for.</summary>
/// <param name="plugin">The plugin, for messages.</param>
/// <param name="files">The libraries, by the names of their files.</param>
/// <param name="foreign">The runtime identifiers of other machines by the names of the files that are for them.</param>
internal sealed class NativeLibraries(string plugin, IReadOnlyDictionary<string, byte[]> files, ILookup<string, string> foreign)
{
    private readonly Lock gate = new();
    private string? folder;
    private bool isClosed;

    /// <summary>Returns the file of a library.</summary>
    /// <param name="name">Its name as code imports it: with or without what the system puts before and after it.</param>
    /// <returns>The path; <see langword="null"/> when the plugin has no such library.</returns>
    /// <exception cref="DllNotFoundException">The plugin has it for other machines only.</exception>
    /// <exception cref="IOException">It cannot be written.</exception>
    public string? Find(string name)
    {
        if (NamesOf(name).FirstOrDefault(files.ContainsKey) is not { } asked)
        {
            // Here, the system may bring it.
            return NamesOf(name).FirstOrDefault(foreign.Contains) is { } elsewhere && !NamesOf(name).Any(static file => NativeLibrary.TryLoad(file, out _))
                ? throw new DllNotFoundException($"The plugin {plugin} has the library '{name}' for {string.Join(", ", foreign[elsewhere].Order(StringComparer.Ordinal))}, and this machine is {RuntimeInformation.RuntimeIdentifier}.")
                : null;
        }

        lock (gate)
        {
            if (isClosed)
            {
                return null;
            }

            folder ??= Extract();
            return Path.Combine(folder, files.Keys.First(file => string.Equals(file, asked, StringComparison.OrdinalIgnoreCase)));
        }
    }

    /// <summary>Removes the files.</summary>
    public void Delete()
    {
        lock (gate)
        {
            isClosed = true;
            try
            {
                if (folder is not null)
                {
                    Directory.Delete(folder, recursive: true);
                }
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // Windows keeps files that are loaded, and native code stays loaded until the process ends; the system clears its folder of temporary files.
            }
        }
    }

    private static IEnumerable<string> NamesOf(string name)
    {
        var extension = OperatingSystem.IsWindows() ? ".dll" : OperatingSystem.IsMacOS() ? ".dylib" : ".so";
        return [name, name + extension, "lib" + name + extension, "lib" + name];
    }

    // All of them, as one may need another beside it. The folder's name cannot be guessed and, but on Windows, where each user has a place of his own, only this user may enter it: nobody can put something else there before it is loaded.
    private string Extract()
    {
        var made = Directory.CreateTempSubdirectory("sira-plugin-").FullName;
        foreach (var (name, content) in files)
        {
            File.WriteAllBytes(Path.Combine(made, name), content);
        }

        return made;
    }
}
