using System.Collections.Concurrent;
using System.Reflection;
using System.Runtime.Loader;

namespace Sira.Plugins.Loading.Contexts;

/// <summary>Which assemblies plugins have in common with the host: the contracts, and everything of the framework.</summary>
internal static class SharedAssemblies
{
    private static readonly string[] Prefixes = ["Sira.", "Microsoft.Extensions.", "System."];

    // With these of its own, a plugin leaves nothing in caches of the host's that know its types (measured on .NET 10.0.12): the binder of 'dynamic', and TypeDescriptor.
    private static readonly HashSet<string> PrivateByNeed = new(StringComparer.OrdinalIgnoreCase) { "Microsoft.CSharp", "System.Linq.Expressions", "System.ComponentModel.TypeConverter" };

    private static readonly string Framework = Path.GetDirectoryName(typeof(object).Assembly.Location) ?? string.Empty;

    // What the host has stays, so it is looked for once; what it has not, it may have later. Bounded by the assemblies of the host.
    private static readonly ConcurrentDictionary<string, SharedAssembly> Known = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Returns the host's assembly of a name, if plugins share it and the host has it.</summary>
    /// <param name="simple">The simple name.</param>
    /// <param name="shared">What the host shares of its own.</param>
    public static SharedAssembly? Find(string? simple, SharedNames shared) =>
        simple is null ? null : Find(simple) ?? (shared.Contains(simple) ? Load(simple) : null);

    /// <summary>Returns the host's assembly of a name, shared or not.</summary>
    public static SharedAssembly? Load(string simple)
    {
        try
        {
            // What was loaded from memory, or after it had once been asked for in vain, the runtime does not find by its name.
            var assembly = AssemblyLoadContext.Default.Assemblies.FirstOrDefault(loaded => string.Equals(loaded.GetName().Name, simple, StringComparison.OrdinalIgnoreCase))
                ?? AssemblyLoadContext.Default.LoadFromAssemblyName(new AssemblyName(simple));
            return new SharedAssembly(assembly, assembly.GetName().Version);
        }
        catch (Exception exception) when (exception is FileNotFoundException or FileLoadException or BadImageFormatException or ArgumentException)
        {
            // Names come from the metadata of plugins, and may be no names at all.
            return null;
        }
    }

    /// <summary>Returns the file of which a plugin gets a copy of its own because the shared one would keep it alive.</summary>
    public static string? PrivateCopy(AssemblyName name, bool usesDynamic) =>
        name.Name is { } simple && PrivateByNeed.Contains(simple) && (usesDynamic || simple == "System.ComponentModel.TypeConverter") && Path.Combine(Framework, simple + ".dll") is var file && File.Exists(file) ? file : null;

    private static SharedAssembly? Find(string simple)
    {
        if (Known.TryGetValue(simple, out var known))
        {
            return known;
        }

        if (!(simple is "Sira" or "netstandard" or "mscorlib" or "System" || Prefixes.Any(prefix => simple.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)) || IsOfTheFramework(simple)))
        {
            return null;
        }

        return Load(simple) is { } found ? Known.GetOrAdd(simple, found) : null;
    }

    private static bool IsOfTheFramework(string simple) => Framework.Length > 0 && File.Exists(Path.Combine(Framework, simple + ".dll"));
}
