using System.Reflection;
using System.Runtime.CompilerServices;
using Sira.Kernel.Plugins;
using Sira.Plugins.Loading.Healing;
using Sira.Plugins.Loading.Packages;
using Sira.Plugins.Manifests;
using Sira.Plugins.Sources;

namespace Sira.Plugins.Loading.Contexts;

/// <summary>A plugin in a collectible context.</summary>
internal sealed class ContextPlugin : LoadedPlugin
{
    private readonly PluginManifest manifest;
    private readonly ContextHealing healing;
    private PluginLoadContext? context;

    private ContextPlugin(PluginManifest manifest, PluginLoadContext context, ContextHealing healing) => (this.manifest, this.context, this.healing) = (manifest, context, healing);

    /// <summary>Loads a plugin.</summary>
    /// <param name="manifest">What it says about itself.</param>
    /// <param name="content">What it is loaded from.</param>
    /// <param name="dependencies">The plugins that it depends on.</param>
    /// <param name="shared">What the host shares of its own.</param>
    /// <param name="healing">Heals what keeps it in memory once it has ended.</param>
    /// <exception cref="PluginException">Something is missing.</exception>
    public static ContextPlugin Load(PluginManifest manifest, PluginContent content, IEnumerable<LoadedPlugin> dependencies, SharedNames shared, ContextHealing healing)
    {
        try
        {
            var context = new PluginLoadContext(manifest.ToString(), content, [.. dependencies.OfType<ContextPlugin>().Select(static plugin => plugin.context!)], shared);
            return context.FindMissing() is { Count: > 0 } missing
                ? throw new PluginException(manifest.Id, $"The plugin {manifest} lacks what it was built with: {string.Join(' ', missing)}")
                : new ContextPlugin(manifest, context, healing);
        }
        catch (BadImageFormatException exception)
        {
            throw new PluginException(manifest.Id, $"An assembly of the plugin {manifest} cannot be read: {exception.Message} Build the package anew.", exception);
        }
    }

    public override ISiraPlugin CreateInstance()
    {
        var file = Path.GetFileNameWithoutExtension(manifest.EntryAssembly ?? throw Wrong($"names no {nameof(manifest.EntryAssembly)}", "Add \"entryAssembly\" to the manifest."));
        var assembly = context!.LoadOwn(file) ?? throw Wrong($"names the assembly '{manifest.EntryAssembly}', which is not in the package", "Correct \"entryAssembly\", or pack the assembly.");
        var name = manifest.EntryType ?? throw Wrong($"names no {nameof(manifest.EntryType)}", "Add \"entryType\" to the manifest.");
        var type = assembly.GetType(name) ?? throw Wrong($"names the type '{name}', which is not in {file}", $"It has {string.Join(", ", Candidates(assembly))}; correct \"entryType\".");
        return typeof(ISiraPlugin).IsAssignableFrom(type) && !type.IsAbstract && type.GetConstructor(Type.EmptyTypes) is { } constructor
            ? (ISiraPlugin)constructor.Invoke(BindingFlags.DoNotWrapExceptions, binder: null, parameters: null, culture: null)
            : throw Wrong($"names the type '{name}', which is no {nameof(ISiraPlugin)} with a public constructor without parameters", "Make it one.");
    }

    public override PluginUnload Unload()
    {
        var unload = Begin();
        context = null;
        return unload;
    }

    // Not inlined, so that no frame of the caller's holds the context.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private ContextUnload Begin()
    {
        var unload = new ContextUnload(context!, healing);
        context!.Unload();
        return unload;
    }

    private static string[] Candidates(Assembly assembly) =>
        assembly.GetTypes().Where(typeof(ISiraPlugin).IsAssignableFrom).Select(static type => type.FullName!).DefaultIfEmpty("none").ToArray();

    private PluginException Wrong(string problem, string fix) => new(manifest.Id, $"The manifest of the plugin {manifest} {problem}. {fix}");
}
