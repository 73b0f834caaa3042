using Microsoft.Diagnostics.Runtime;

namespace Sira.Plugins.LeakDoctor.Heap;

/// <summary>The contexts in a snapshot whose unloading has begun, and what belongs to them.</summary>
internal sealed class StoppedContexts
{
    // AssemblyLoadContext.InternalState.Unloading.
    private const int Unloading = 1;

    private readonly ClrRuntime runtime;
    private readonly Dictionary<ulong, StoppedContext> byAddress = [];
    private readonly Dictionary<ulong, StoppedContext> byAllocator = [];
    private readonly Dictionary<ulong, StoppedContext?> byType = [];
    private readonly Dictionary<ulong, bool> contextTypes = [];

    private StoppedContexts(ClrRuntime runtime) => this.runtime = runtime;

    public IReadOnlyCollection<StoppedContext> All => byAddress.Values;

    public static StoppedContexts Find(ClrRuntime runtime)
    {
        var contexts = new StoppedContexts(runtime);
        contexts.FindContexts();
        if (contexts.byAddress.Count > 0)
        {
            contexts.FindAllocators();
            contexts.CountObjects();
        }

        return contexts;
    }

    /// <summary>Returns whose an object is: of a type of the context, or what stands for it in the collector's eyes.</summary>
    public StoppedContext? OwnerOf(ulong address, ClrType? type)
    {
        if (byAllocator.TryGetValue(address, out var owner) || byAddress.TryGetValue(address, out owner) || type is null)
        {
            return owner;
        }

        if (!byType.TryGetValue(type.MethodTable, out owner))
        {
            // By the allocator, not the assembly: List<T> of a plugin's type keeps the plugin too.
            owner = type.IsCollectible && AllocatorOf(type) is var allocator && byAllocator.TryGetValue(allocator, out var found) ? found : null;
            byType.Add(type.MethodTable, owner);
        }

        return owner;
    }

    private ulong AllocatorOf(ClrType type) => type.LoaderAllocatorHandle == 0 ? 0 : runtime.DataTarget.DataReader.ReadPointer(type.LoaderAllocatorHandle);

    private void FindContexts()
    {
        foreach (var candidate in runtime.Heap.EnumerateObjects())
        {
            if (candidate.Type is { } type && IsContext(type) && candidate.ReadField<bool>("_isCollectible") && candidate.ReadField<int>("_state") == Unloading)
            {
                byAddress.Add(candidate.Address, new StoppedContext(candidate.ReadStringField("_name") ?? "a context without a name", candidate.Address));
            }
        }
    }

    private bool IsContext(ClrType type)
    {
        if (!contextTypes.TryGetValue(type.MethodTable, out var isContext))
        {
            for (var ancestor = type; ancestor is not null && !isContext; ancestor = ancestor.BaseType)
            {
                isContext = ancestor.Name == "System.Runtime.Loader.AssemblyLoadContext";
            }

            contextTypes.Add(type.MethodTable, isContext);
        }

        return isContext;
    }

    private void FindAllocators()
    {
        foreach (var module in runtime.EnumerateModules())
        {
            // All types of a module are of one context, so the first that is loaded tells.
            var type = module.EnumerateTypeDefToMethodTableMap().Select(entry => runtime.GetTypeByMethodTable(entry.MethodTable)).FirstOrDefault(static found => found is not null);
            if (type is { IsCollectible: true } && byAddress.TryGetValue(type.AssemblyLoadContextAddress, out var context) && AllocatorOf(type) is not 0 and var allocator)
            {
                context.Allocator = allocator;
                byAllocator[allocator] = context;
            }
        }
    }

    private void CountObjects()
    {
        foreach (var candidate in runtime.Heap.EnumerateObjects())
        {
            if (candidate.Type is { IsCollectible: true } type && OwnerOf(candidate.Address, type) is { } owner)
            {
                owner.Objects++;
                owner.Bytes += (long)candidate.Size;
            }
        }
    }
}
