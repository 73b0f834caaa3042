using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Sira.Plugins.Manifests;

/// <summary>Writes manifests in one canonical form: members in a fixed order, defaults left out, versions and ranges normalised, two spaces, line feeds. Reading gives an equal manifest, and writing that gives the same bytes.</summary>
public static class PluginManifestWriter
{
    // Quotes and angle brackets need no escape outside HTML, and ranges are full of them.
    private static readonly JsonWriterOptions Options = new() { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes a manifest.</summary>
    /// <param name="manifest">The manifest; it is not validated.</param>
    /// <returns>The JSON, ending with a line feed.</returns>
    public static string Write(PluginManifest manifest)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, Options))
        {
            WriteObject(writer, manifest);
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan) + "\n";
    }

    private static void WriteObject(Utf8JsonWriter writer, PluginManifest manifest)
    {
        writer.WriteStartObject();
        writer.WriteString("id", manifest.Id);
        writer.WriteString("version", manifest.Version.ToFullString());
        WriteOptional(writer, "description", manifest.Description);
        WriteTexts(writer, "authors", manifest.Authors);
        WriteOptional(writer, "license", manifest.License);
        WriteOptional(writer, "entryAssembly", manifest.EntryAssembly);
        WriteOptional(writer, "entryType", manifest.EntryType);
        WriteKernel(writer, manifest);
        WriteDependencies(writer, manifest.Dependencies);
        WriteConflicts(writer, manifest.Conflicts);
        WriteProvided(writer, manifest.Provides);
        WriteTexts(writer, "permissions", [.. manifest.Permissions.Select(static permission => permission.ToString())]);
        writer.WriteEndObject();
    }

    private static void WriteKernel(Utf8JsonWriter writer, PluginManifest manifest)
    {
        if (manifest.KernelRole == ContractRole.Consumes)
        {
            writer.WriteString("kernel", PluginRange.Write(manifest.Kernel));
            return;
        }

        writer.WriteStartObject("kernel");
        writer.WriteString("range", PluginRange.Write(manifest.Kernel));
        writer.WriteString("role", ManifestVersions.Write(manifest.KernelRole));
        writer.WriteEndObject();
    }

    private static void WriteDependencies(Utf8JsonWriter writer, IReadOnlyList<PluginDependency> dependencies)
    {
        if (dependencies.Count == 0)
        {
            return;
        }

        writer.WriteStartArray("dependencies");
        foreach (var dependency in dependencies)
        {
            writer.WriteStartObject();
            writer.WriteString(dependency.Target == DependencyTarget.Plugin ? "plugin" : "contract", dependency.Name);
            writer.WriteString("range", PluginRange.Write(dependency.Range));
            if (dependency.Role != ContractRole.Consumes)
            {
                writer.WriteString("role", ManifestVersions.Write(dependency.Role));
            }

            if (dependency.Optional)
            {
                writer.WriteBoolean("optional", true);
            }

            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WriteConflicts(Utf8JsonWriter writer, IReadOnlyList<PluginConflict> conflicts)
    {
        if (conflicts.Count == 0)
        {
            return;
        }

        writer.WriteStartArray("conflicts");
        foreach (var conflict in conflicts)
        {
            writer.WriteStartObject();
            writer.WriteString("plugin", conflict.Id);
            writer.WriteString("range", PluginRange.Write(conflict.Range));
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WriteProvided(Utf8JsonWriter writer, IReadOnlyList<ProvidedContract> provided)
    {
        if (provided.Count == 0)
        {
            return;
        }

        writer.WriteStartArray("provides");
        foreach (var contract in provided)
        {
            writer.WriteStartObject();
            writer.WriteString("contract", contract.Name);
            writer.WriteString("version", contract.Version.ToNormalizedString());
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WriteTexts(Utf8JsonWriter writer, string name, IReadOnlyList<string> texts)
    {
        if (texts.Count == 0)
        {
            return;
        }

        writer.WriteStartArray(name);
        foreach (var text in texts)
        {
            writer.WriteStringValue(text);
        }

        writer.WriteEndArray();
    }

    private static void WriteOptional(Utf8JsonWriter writer, string name, string? text)
    {
        if (text is not null)
        {
            writer.WriteString(name, text);
        }
    }
}
