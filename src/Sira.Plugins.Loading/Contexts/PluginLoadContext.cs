using System.Reflection;
using System.Runtime.Loader;

namespace Sira.Plugins.Loading.Contexts;

/// <summary>The collectible context of one plugin: its own assemblies from memory, the contracts from the host, and what it uses of other plugins from theirs.</summary>
internal sealed class PluginLoadContext : AssemblyLoadContext
{
    private readonly Lock gate = new();
    private readonly IReadOnlyDictionary<string, byte[]> own;
    private readonly Dictionary<string, AssemblyReference[]> references;
    private readonly PluginLoadContext[] dependencies;
    private readonly bool usesDynamic;

    /// <param name="name">The plugin's id and version.</param>
    /// <param name="own">Its assemblies, by simple name.</param>
    /// <param name="dependencies">The contexts of the plugins that it depends on.</param>
    public PluginLoadContext(string name, IReadOnlyDictionary<string, byte[]> own, PluginLoadContext[] dependencies)
        : base(name, isCollectible: true)
    {
        (this.own, this.dependencies) = (own, dependencies);
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

    /// <summary>Says which references of the plugin's assemblies nobody can satisfy.</summary>
    public IReadOnlyList<string> FindMissing()
    {
        var missing = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var (assembly, used) in references)
        {
            foreach (var reference in used)
            {
                if (own.ContainsKey(reference.Name) || Array.Exists(dependencies, other => other.own.ContainsKey(reference.Name)))
                {
                    continue;
                }

                if (SharedAssemblies.Find(reference.Name) is not { } shared)
                {
                    missing.Add($"{reference.Name} {reference.Version}, used by {assembly}, is in none of the package, the plugins that it depends on, and the host");
                }
                else if (shared.Version < reference.Version)
                {
                    missing.Add($"{reference.Name} {reference.Version}, used by {assembly}, is newer than the host's {shared.Version}");
                }
            }
        }

        return [.. missing];
    }

    protected override Assembly? Load(AssemblyName assemblyName)
    {
        if (SharedAssemblies.PrivateCopy(assemblyName, usesDynamic) is { } copy)
        {
            return LoadFromAssemblyPath(copy);
        }

        // The host's before the plugin's own copy: a contract that came along in the package would be another type of the same name.
        return SharedAssemblies.Find(assemblyName.Name)?.Assembly
            ?? LoadOwn(assemblyName.Name!)
            ?? dependencies.Select(other => other.LoadOwn(assemblyName.Name!)).FirstOrDefault(static found => found is not null);
    }
}
