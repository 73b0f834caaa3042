using Microsoft.Diagnostics.Runtime;
using Sira.Plugins.LeakDoctor.Reports;

namespace Sira.Plugins.LeakDoctor.Heap;

/// <summary>Describes ways through the heap in words.</summary>
internal sealed class PathDescriber
{
    /// <summary>How the object is called that stands for the code of a context in the collector's eyes.</summary>
    public const string Code = "the plugin's code";

    // The runtime keeps the statics of many types in arrays of this type, each under a handle.
    private const string StaticsArray = "System.Object[]";

    private static readonly string Framework = Path.GetDirectoryName(typeof(object).Assembly.Location) ?? string.Empty;

    private readonly ClrRuntime runtime;
    private readonly StoppedContexts contexts;
    private readonly IReadOnlyDictionary<ulong, (string Name, bool IsOfThread)> statics;

    public PathDescriber(ClrRuntime runtime, StoppedContexts contexts, IEnumerable<HeapEntry> entries)
    {
        (this.runtime, this.contexts) = (runtime, contexts);
        statics = StaticFieldNames.Find(runtime, entries.Where(entry => IsStatics(entry) && entry.Path.Count > 1).Select(static entry => entry.Path[1]).ToHashSet());
    }

    /// <summary>Describes a way.</summary>
    public (LeakRoot Root, IReadOnlyList<LeakNode> Nodes) Describe(HeapEntry entry)
    {
        var path = entry.Path;
        if (IsStatics(entry) && path.Count > 1 && statics.TryGetValue(path[1], out var found))
        {
            return (new LeakRoot(found.IsOfThread ? LeakRootKind.ThreadStaticField : LeakRootKind.StaticField, found.Name), Nodes(path.Skip(1)));
        }

        return (RootOf(entry), Nodes(path));
    }

    private bool IsStatics(HeapEntry entry) =>
        entry.Root.RootKind is ClrRootKind.StaticVar or ClrRootKind.ThreadStaticVar || (entry.Root is ClrHandle && runtime.Heap.GetObjectType(entry.Path[0])?.Name == StaticsArray);

    private static LeakRoot RootOf(HeapEntry entry) => entry.Root switch
    {
        ClrStackRoot stack => new LeakRoot(LeakRootKind.Stack, $"thread {stack.StackFrame?.Thread?.ManagedThreadId} in {stack.StackFrame?.Method?.Signature ?? stack.StackFrame?.FrameName ?? "an unknown method"}"),
        { RootKind: ClrRootKind.FinalizerQueue } => new LeakRoot(LeakRootKind.Finalizer, "the queue of the finalizer"),
        { RootKind: ClrRootKind.StaticVar } => new LeakRoot(LeakRootKind.StaticField, "a static field of a generic type, whose name is not known"),
        { RootKind: ClrRootKind.ThreadStaticVar } => new LeakRoot(LeakRootKind.ThreadStaticField, "a thread-static field whose name is not known"),
        { IsPinned: true } root => new LeakRoot(LeakRootKind.PinnedHandle, $"{root.RootKind} at {root.Address:x}"),
        { RootKind: ClrRootKind.StrongHandle or ClrRootKind.RefCountedHandle or ClrRootKind.SizedRefHandle } root => new LeakRoot(LeakRootKind.StrongHandle, $"{root.RootKind} at {root.Address:x}"),
        var root => new LeakRoot(LeakRootKind.Other, root.RootKind.ToString()),
    };

    private List<LeakNode> Nodes(IEnumerable<ulong> path)
    {
        var objects = path.Select(runtime.Heap.GetObject).ToList();
        return [.. objects.Select((node, index) => NodeOf(node, index + 1 < objects.Count ? objects[index + 1].Address : 0))];
    }

    private LeakNode NodeOf(ClrObject node, ulong next)
    {
        var type = node.Type!;
        var element = type;
        while (element.IsArray && element.ComponentType is { } component)
        {
            element = component;
        }

        var module = element.Module?.Name ?? string.Empty;
        var belongs = contexts.OwnerOf(node.Address, type)?.Name ?? (module.Length == 0 || Path.GetDirectoryName(module) == Framework ? "runtime" : "host");
        return new LeakNode(NameOf(type), Path.GetFileNameWithoutExtension(module), belongs, next == 0 ? null : FieldOf(node, next), DetailOf(node));
    }

    private static string NameOf(ClrType type) => type.Name == "System.Reflection.LoaderAllocator" ? Code : type.Name ?? "a type without a name";

    private static string? FieldOf(ClrObject node, ulong next) =>
        node.EnumerateReferencesWithFields(carefully: true, considerDependantHandles: true).FirstOrDefault(reference => reference.Object.Address == next) is { } found
            ? found.IsDependentHandle ? "(the value in a ConditionalWeakTable)" : found.Field is { } field ? field.Name + Inner(found.InnerField) : null
            : null;

    private static string Inner(ClrReference? inner) => inner is { Field: { } field } found ? $".{field.Name}{Inner(found.InnerField)}" : string.Empty;

    private static string? DetailOf(ClrObject node)
    {
        if (node.IsRuntimeType)
        {
            return node.AsRuntimeType() is { } type ? $"typeof({type.Name})" : null;
        }

        return node.IsDelegate && node.AsDelegate().GetDelegateTarget()?.Method is { } method ? $"calls {method.Type?.Name}.{method.Name}" : null;
    }
}
