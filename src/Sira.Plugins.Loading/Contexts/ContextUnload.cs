using System.Runtime.Loader;
using Sira.Plugins.Sources;

namespace Sira.Plugins.Loading.Contexts;

/// <summary>Watches a context leave memory.</summary>
internal sealed class ContextUnload : PluginUnload
{
    private readonly WeakReference context;

    public ContextUnload(AssemblyLoadContext context)
    {
        // Resurrection is tracked, as a context in its finalizer is still there.
        this.context = new WeakReference(context, trackResurrection: true);
    }

    public override bool IsComplete => !context.IsAlive;

    public override void Heal()
    {
    }
}
