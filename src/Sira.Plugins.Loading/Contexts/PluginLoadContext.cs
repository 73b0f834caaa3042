using System.Reflection;
using System.Runtime.Loader;
using Sira.Plugins.Loading.Packages;

namespace Sira.Plugins.Loading.Contexts;

/// <summary>The collectible context of one plugin: its own assemblies from memory, the contracts from the host, and what it uses of other plugins from theirs.</summary>
internal sealed class PluginLoadContext : AssemblyLoadContext
{
    private readonly Lock gate = new();
    private readonly IReadOnlyDictionary<string, byte[]> own;
    private readonly IReadOnlyDictionary<string, byte[]> satellites;
    private readonly NativeLibraries nativeLibraries;
    private readonly SharedNames shared;
    private readonly Dictionary<string, AssemblyReference[]> references;
    private readonly PluginLoadContext[] dependencies;
    private readonly bool usesDynamic;

    /// <param name="name">The plugin's id and version.</param>
    /// <param name="content">What it is loaded from.</param>
    /// <param name="dependencies">The contexts of the plugins that it depends on.</param>
    /// <param name="shared">What the host shares of its own.</param>
    public PluginLoadContext(string name, PluginContent content, PluginLoadContext[] dependencies, SharedNames shared)
        : base(name, isCollectible: true)
    {
        (own, satellites, nativeLibraries) = (content.Assemblies, content.Satellites, new NativeLibraries(name, content.NativeLibraries, content.ForeignLibraries));
        (this.dependencies, this.shared) = (dependencies, shared);
        Unloading += static context => ((PluginLoadContext)context).nativeLibraries.Delete();
        references = own.ToDictionary(static assembly => assembly.Key, static assembly => AssemblyReferences.Of(assembly.Value));
        usesDynamic = references.Values.Any(static used => Array.Exists(used, static reference => reference.Name == "Microsoft.CSharp"));
    }

    /// <summary>Loads one of the plugin's own assemblies.</summary>
    /// <returns>The assembly; <see langword="null"/> when it has none of this name.</returns>
    public Assembly? LoadOwn(string name)
    {
        if (!own.TryGetValue(name, out var content))
        {
            return null;
        }

        lock (gate)
        {
            // Asked of the runtime: a context that held its assemblies itself would keep itself in memory.
            return Assemblies.FirstOrDefault(assembly => string.Equals(assembly.GetName().Name, name, StringComparison.OrdinalIgnoreCase))
                ?? LoadFromStream(new MemoryStream(content, writable: false));
        }
    }

    /// <summary>Says which references of the plugin's assemblies nobody can satisfy, and what to do about each.</summary>
    public IReadOnlyList<string> FindMissing()
    {
        var missing = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var (assembly, used) in references)
        {
            foreach (var reference in used)
            {
                if (SharedAssemblies.Find(reference.Name, shared) is { } host)
                {
                    // Also when the plugin has a copy of its own, since it gets the host's.
                    if (host.Version < reference.Version)
                    {
                        missing.Add($"{reference.Name} {reference.Version}, used by {assembly}, is newer than the host's {host.Version}. Build the plugin with {host.Version} or older, or update the host.");
                    }
                }
                else if (!IsBrought(reference.Name))
                {
                    missing.Add($"{reference.Name} {reference.Version}, used by {assembly}, {MissingText(reference.Name)}");
                }
            }
        }

        return [.. missing];
    }

    protected override Assembly? Load(AssemblyName assemblyName)
    {
        if (!string.IsNullOrEmpty(assemblyName.CultureName))
        {
            // Of an assembly of the host's, the runtime looks there by itself.
            return LoadSatellite($"{assemblyName.CultureName}/{assemblyName.Name}");
        }

        if (SharedAssemblies.PrivateCopy(assemblyName, usesDynamic) is { } copy)
        {
            return LoadFromAssemblyPath(copy);
        }

        // The host's before the plugin's own copy: a contract that came along in the package would be another type of the same name.
        return SharedAssemblies.Find(assemblyName.Name, shared)?.Assembly
            ?? LoadOwn(assemblyName.Name!)
            ?? dependencies.Select(other => other.LoadOwn(assemblyName.Name!)).FirstOrDefault(static found => found is not null);
    }

    protected override nint LoadUnmanagedDll(string unmanagedDllName) =>
        nativeLibraries.Find(unmanagedDllName) is { } path ? LoadUnmanagedDllFromPath(path) : base.LoadUnmanagedDll(unmanagedDllName);

    private static string MissingText(string name) => SharedAssemblies.Load(name) is { Version: var version }
        ? $"is one that the host has ({version}) and does not share with plugins. If both are to have the same types, let the host share it: SharePluginAssemblies(\"{name}\"), or \"{name}\" in Sira:Plugins:SharedAssemblies. Otherwise put a copy into the package."
        : "is in none of the package, the plugins that it depends on, and the host. Put it into the package, or name the plugin that has it as a dependency.";

    private bool IsBrought(string name) => own.ContainsKey(name) || Array.Exists(dependencies, other => other.own.ContainsKey(name));

    private Assembly? LoadSatellite(string name)
    {
        lock (gate)
        {
            return satellites.TryGetValue(name, out var content) ? LoadFromStream(new MemoryStream(content, writable: false)) : null;
        }
    }
}
