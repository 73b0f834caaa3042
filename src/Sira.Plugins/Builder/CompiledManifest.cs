using System.Reflection;
using NuGet.Versioning;
using Sira.Kernel.Configuration;
using Sira.Plugins.Manifests;

namespace Sira.Plugins.Builder;

/// <summary>The manifest of a plugin that is compiled into the host.</summary>
internal static class CompiledManifest
{
    public static PluginManifest Of(Assembly assembly)
    {
        using var resource = assembly.GetManifestResourceStream(PluginManifest.FileName);
        if (resource is null)
        {
            var name = assembly.GetName();
            return new PluginManifest { Id = name.Name ?? "plugin", Version = new NuGetVersion(name.Version ?? new Version(0, 0, 0)), Kernel = PluginRange.Any };
        }

        using var content = new MemoryStream();
        resource.CopyTo(content);
        var errors = new ConfigurationErrors();
        var manifest = PluginManifestReader.Read(content.ToArray(), $"{assembly.GetName().Name}: {PluginManifest.FileName}", errors);
        errors.ThrowIfAny();
        return manifest!;
    }
}
