using System.Reflection;
using System.Runtime.Loader;

namespace Sira.Plugins.Loading.Healing.Healers;

/// <summary>Removes handlers of the loading and resolving of assemblies, in the process and in contexts that go on living.</summary>
internal sealed class ContextEventHealer : EventHealer
{
    public ContextEventHealer()
    {
        var contexts = static () => AssemblyLoadContext.All.Cast<object?>();
        Add<AssemblyLoadEventHandler>(typeof(AssemblyLoadContext), nameof(AppDomain.AssemblyLoad), static (_, handler) => AppDomain.CurrentDomain.AssemblyLoad -= handler);
        Add<ResolveEventHandler>(typeof(AssemblyLoadContext), nameof(AppDomain.TypeResolve), static (_, handler) => AppDomain.CurrentDomain.TypeResolve -= handler);
        Add<ResolveEventHandler>(typeof(AssemblyLoadContext), nameof(AppDomain.ResourceResolve), static (_, handler) => AppDomain.CurrentDomain.ResourceResolve -= handler);
        Add<ResolveEventHandler>(typeof(AssemblyLoadContext), nameof(AppDomain.AssemblyResolve), static (_, handler) => AppDomain.CurrentDomain.AssemblyResolve -= handler);
        Add<Func<AssemblyLoadContext, AssemblyName, Assembly?>>(typeof(AssemblyLoadContext), "_resolving", static (source, handler) => ((AssemblyLoadContext)source!).Resolving -= handler, contexts);
        Add<Func<Assembly, string, IntPtr>>(typeof(AssemblyLoadContext), "_resolvingUnmanagedDll", static (source, handler) => ((AssemblyLoadContext)source!).ResolvingUnmanagedDll -= handler, contexts);
        Add<Action<AssemblyLoadContext>>(typeof(AssemblyLoadContext), "_unloading", static (source, handler) => ((AssemblyLoadContext)source!).Unloading -= handler, contexts);
    }

    public override string Heals => "handlers of the loading of assemblies";
}
