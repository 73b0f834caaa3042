using System.Text.Json;
using NuGet.Versioning;
using Sira.Kernel.Configuration;

namespace Sira.Plugins.Manifests;

/// <summary>Reads manifests, collecting every mistake: wrong types, unknown or repeated members, versions and ranges that are none, and what <see cref="PluginManifest.Validate"/> finds. Uses no reflection.</summary>
/// <remarks>A manifest may be hostile: at most 256 KiB are read, 8 levels, 256 entries a list and 4096 characters a text.</remarks>
public static class PluginManifestReader
{
    private const string ListFix = "Write a list in square brackets.";

    /// <summary>Reads the file of a manifest.</summary>
    /// <param name="file">The path of the file; errors are reported under it.</param>
    /// <param name="errors">Receives the mistakes, an unreadable file among them.</param>
    /// <returns>The manifest; <see langword="null"/> when there is any mistake.</returns>
    public static PluginManifest? ReadFile(string file, ConfigurationErrors errors)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(errors);
        try
        {
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
            var buffer = new byte[ManifestLimits.Bytes + 1];
            var length = stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
            return Read(buffer.AsMemory(0, length), file, errors);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            errors.Add(file, $"cannot be read: {exception.Message}", "Check that the file is there and that the host may read it.");
            return null;
        }
    }

    /// <summary>Reads a manifest.</summary>
    /// <param name="json">The content of the file, UTF-8.</param>
    /// <param name="path">What the mistakes are reported under.</param>
    /// <param name="errors">Receives the mistakes.</param>
    /// <returns>The manifest; <see langword="null"/> when there is any mistake.</returns>
    public static PluginManifest? Read(ReadOnlyMemory<byte> json, string path, ConfigurationErrors errors)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(errors);
        if (json.Length > ManifestLimits.Bytes)
        {
            errors.Add(path, $"is longer than {ManifestLimits.Bytes / 1024} KiB.", "A manifest takes a few hundred bytes; is this the right file?");
            return null;
        }

        var found = new ConfigurationErrors();
        var manifest = Parse(json.Span.StartsWith("\uFEFF"u8) ? json[3..] : json, path, found);
        foreach (var error in found.Items.Take(ManifestLimits.Mistakes))
        {
            errors.Add(error.Path, error.Problem, error.Fix);
        }

        if (found.Items.Count > ManifestLimits.Mistakes)
        {
            errors.Add(path, $"has {found.Items.Count - ManifestLimits.Mistakes} more mistakes.", "Correct those above first.");
        }

        return found.Items.Count == 0 ? manifest : null;
    }

    private static PluginManifest? Parse(ReadOnlyMemory<byte> json, string path, ConfigurationErrors errors)
    {
        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = ManifestLimits.Depth });
            return JsonMembers.Of(document.RootElement, path, "Write the manifest as one object in curly brackets.", errors) is { } members ? Read(members) : null;
        }
        catch (JsonException exception)
        {
            errors.Add(path, $"is not JSON at line {exception.LineNumber + 1}, byte {exception.BytePositionInLine + 1}: {WithoutPosition(exception.Message)}", "Correct the JSON there; comments and trailing commas are not allowed.");
            return null;
        }
    }

    private static PluginManifest? Read(JsonMembers members)
    {
        members.Has("$schema");
        var id = members.Required("id", ManifestText.NameFix);
        var version = ManifestVersions.Read(members, "version", strict: true);
        var kernel = ReadKernel(members);
        var manifest = new PluginManifest
        {
            Id = id ?? string.Empty,
            Version = version ?? new NuGetVersion(0, 0, 0),
            Kernel = kernel.Range ?? PluginRange.Any,
            KernelRole = kernel.Role,
            EntryAssembly = members.String("entryAssembly", "Write the file of the assembly, such as 'Acme.Search.dll'."),
            EntryType = members.String("entryType", "Write the full name of the type, such as 'Acme.Search.SearchPlugin'."),
            Dependencies = members.List("dependencies", ListFix, (element, at) => ReadDependency(element, at, members.Errors)),
            Conflicts = members.List("conflicts", ListFix, (element, at) => ReadConflict(element, at, members.Errors)),
            Provides = members.List("provides", ListFix, (element, at) => ReadProvided(element, at, members.Errors)),
            Permissions = members.List("permissions", ListFix, (element, at) => ReadPermission(element, at, members.Errors)),
            Description = members.String("description", "Write a sentence, or leave it out."),
            Authors = members.List("authors", ListFix, (element, at) => JsonMembers.StringOf(element, at, "Write a name.", members.Errors)),
            License = members.String("license", "Write an SPDX expression such as 'MIT', or leave it out."),
        };
        members.ReportUnknown();
        if (id is not null && version is not null)
        {
            manifest.Validate(members.Path, members.Errors);
        }

        return manifest;
    }

    private static (VersionRange? Range, ContractRole Role) ReadKernel(JsonMembers members)
    {
        if (members.TryElement("kernel", out var element) && element.ValueKind == JsonValueKind.Object)
        {
            var kernel = JsonMembers.Of(element, $"{members.Path}:kernel", string.Empty, members.Errors)!;
            var stated = ManifestVersions.ReadRange(kernel);
            kernel.ReportUnknown();
            return stated;
        }

        var text = members.Required("kernel", $"State the kernel that the plugin was built for, as {{ \"builtFor\": \"1.0\" }}, or the range that it runs on. {PluginRange.Grammar}");
        return (text is null ? null : ManifestVersions.ParseRange(text, $"{members.Path}:kernel", members.Errors), ContractRole.Consumes);
    }

    private static PluginDependency? ReadDependency(JsonElement element, string path, ConfigurationErrors errors)
    {
        if (JsonMembers.Of(element, path, "Write { \"plugin\": \"Acme.Search\", \"range\": \"[1.2,2.0)\" }.", errors) is not { } members)
        {
            return null;
        }

        var plugin = members.String("plugin", ManifestText.NameFix);
        var contract = members.String("contract", ManifestText.NameFix);
        if (members.Has("plugin") == members.Has("contract"))
        {
            errors.Add(path, members.Has("plugin") ? "names both a plugin and a contract." : "names neither a plugin nor a contract.", "State exactly one of 'plugin' and 'contract'.");
        }

        var (range, role) = ManifestVersions.ReadRange(members);
        var optional = members.Boolean("optional");
        members.ReportUnknown();
        return (plugin ?? contract) is { } name && range is not null
            ? new PluginDependency(plugin is null ? DependencyTarget.Contract : DependencyTarget.Plugin, name, range) { Role = role, Optional = optional }
            : null;
    }

    private static PluginConflict? ReadConflict(JsonElement element, string path, ConfigurationErrors errors)
    {
        if (JsonMembers.Of(element, path, "Write { \"plugin\": \"Old.Search\", \"range\": \"(,2.0)\" }.", errors) is not { } members)
        {
            return null;
        }

        var plugin = members.Required("plugin", ManifestText.NameFix);
        var range = members.Required("range", PluginRange.Grammar) is { } text ? ManifestVersions.ParseRange(text, $"{path}:range", errors) : null;
        members.ReportUnknown();
        return plugin is not null && range is not null ? new PluginConflict(plugin, range) : null;
    }

    private static ProvidedContract? ReadProvided(JsonElement element, string path, ConfigurationErrors errors)
    {
        if (JsonMembers.Of(element, path, "Write { \"contract\": \"Acme.Search.Index\", \"version\": \"1.4\" }.", errors) is not { } members)
        {
            return null;
        }

        var contract = members.Required("contract", ManifestText.NameFix);
        var version = ManifestVersions.Read(members, "version", strict: false);
        members.ReportUnknown();
        return contract is not null && version is not null ? new ProvidedContract(contract, version) : null;
    }

    private static PluginPermission? ReadPermission(JsonElement element, string path, ConfigurationErrors errors)
    {
        if (JsonMembers.StringOf(element, path, PluginPermission.Grammar, errors) is not { } text)
        {
            return null;
        }

        if (PluginPermission.TryParse(text, out var permission))
        {
            return permission;
        }

        errors.Add(path, $"{ManifestText.Quote(text)} is not a permission.", PluginPermission.Grammar);
        return null;
    }

    // The framework ends its message with the position, which the error has said already.
    private static string WithoutPosition(string message)
    {
        var end = message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        return end < 0 ? message : message[..end];
    }
}
