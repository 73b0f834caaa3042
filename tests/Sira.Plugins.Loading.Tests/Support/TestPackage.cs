using System.IO.Compression;
using System.Text;

namespace Sira.Plugins.Loading.Tests.Support;

/// <summary>Makes packages as a plugin's author would.</summary>
internal static class TestPackage
{
    /// <summary>Makes a package of one assembly, whose entry type is <c>Plugin</c>.</summary>
    public static byte[] Create(string id, string version, string source, string extraManifest = "", params byte[][] references) =>
        Zip(("sira-plugin.json", Encoding.UTF8.GetBytes(Manifest(id, version, extraManifest))), ($"lib/net10.0/{id}.dll", PluginCode.Compile(id, source, references)));

    public static string Manifest(string id, string version, string extra = "") =>
        $$"""{ "id": "{{id}}", "version": "{{version}}", "kernel": "[0.1,1.0)", "entryAssembly": "{{id}}.dll", "entryType": "Plugin"{{(extra.Length > 0 ? ", " + extra : extra)}} }""";

    public static byte[] Zip(params (string Name, byte[] Content)[] files)
    {
        using var output = new MemoryStream();
        using (var archive = new ZipArchive(output, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, content) in files)
            {
                using var entry = archive.CreateEntry(name).Open();
                entry.Write(content);
            }
        }

        return output.ToArray();
    }
}
