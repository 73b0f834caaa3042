using System.IO.Compression;

namespace Plugins;

/// <summary>The folder that the host watches, and the packages that are put there.</summary>
/// <remarks>The packages are what <c>dotnet pack samples/GreetingPlugin -p:Version=1.1.0 -o …</c> makes, less the files that only NuGet reads.</remarks>
internal sealed class PluginPackages : IDisposable
{
    private static readonly string Code = Path.Combine(AppContext.BaseDirectory, "plugin", "GreetingPlugin.dll");

    public string Folder { get; } = Directory.CreateTempSubdirectory("sira-plugins-").FullName;

    /// <summary>Puts a package into the folder; moved there, so that nobody sees half of it.</summary>
    public string Drop(string id, string version, string entryType)
    {
        var file = Path.Combine(Folder, $"{id}.{version}.nupkg");
        var part = file + ".part";
        using (var archive = ZipFile.Open(part, ZipArchiveMode.Create))
        {
            using (var manifest = new StreamWriter(archive.CreateEntry("sira-plugin.json").Open()))
            {
                manifest.Write($$"""{ "id": "{{id}}", "version": "{{version}}", "kernel": { "builtFor": "0.1" }, "entryAssembly": "GreetingPlugin.dll", "entryType": "{{entryType}}" }""");
            }

            archive.CreateEntryFromFile(Code, "lib/net10.0/GreetingPlugin.dll");
        }

        File.Move(part, file);
        return Path.GetFileName(file);
    }

    /// <summary>Takes every package away.</summary>
    public void Clear()
    {
        foreach (var file in Directory.GetFiles(Folder))
        {
            File.Delete(file);
        }
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
