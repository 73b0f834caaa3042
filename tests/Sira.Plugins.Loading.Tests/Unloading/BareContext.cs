using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.Loader;
using Microsoft.Extensions.Configuration;
using Sira.Kernel.Plugins;
using Sira.Plugins.Loading.Tests.Support;

namespace Sira.Plugins.Loading.Tests.Unloading;

/// <summary>Lets a plugin's code misbehave in a plain collectible context: without a host that isolates or heals.</summary>
internal static class BareContext
{
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static AssemblyLoadContext Run(UnloadBehaviour behaviour)
    {
        var context = new AssemblyLoadContext(behaviour.PluginId, isCollectible: true);
        var assembly = context.LoadFromStream(new MemoryStream(PluginCode.Compile(behaviour.PluginId, behaviour.Source())));
        var run = assembly.GetType("Behaviour")!.GetMethod("Run", BindingFlags.Public | BindingFlags.Static)!;
        run.Invoke(null, [new PluginContext(behaviour.PluginId, "1.0.0", new ConfigurationBuilder().Build()), CancellationToken.None]);
        context.Unload();
        return context;
    }
}
