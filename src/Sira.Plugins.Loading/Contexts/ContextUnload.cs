using System.Runtime.CompilerServices;
using System.Runtime.Loader;
using Sira.Plugins.Loading.Healing;
using Sira.Plugins.Sources;

namespace Sira.Plugins.Loading.Contexts;

/// <summary>Watches a context leave memory, and helps it along.</summary>
internal sealed class ContextUnload : PluginUnload
{
    // What unloads by itself has done so by the third look (measured: two or three collections). After that what is costly is done more and more seldom: once it did not help, it hardly will.
    private const int FirstCostlyAttempt = 3;

    private readonly WeakReference context;
    private readonly ContextHealing healing;
    private readonly Lock gate = new();
    private int attempts;
    private int nextCostly = FirstCostlyAttempt;

    public ContextUnload(AssemblyLoadContext context, ContextHealing healing)
    {
        // Resurrection is tracked, as a context in its finalizer is still there.
        (this.context, this.healing) = (new WeakReference(context, trackResurrection: true), healing);
    }

    public override bool IsComplete => !context.IsAlive;

    // Not inlined, so that no frame of the caller's holds the context while the collector looks.
    [MethodImpl(MethodImplOptions.NoInlining)]
    public override void Heal()
    {
        if (context.Target is not AssemblyLoadContext alive)
        {
            return;
        }

        lock (gate)
        {
            attempts++;
            var isStubborn = attempts >= nextCostly;
            nextCostly = isStubborn ? 2 * attempts : nextCostly;
            healing.Heal(alive, isStubborn);
        }
    }
}
