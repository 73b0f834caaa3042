using Microsoft.Diagnostics.Runtime;

namespace Sira.Plugins.LeakDoctor.Heap;

/// <summary>Finds the static fields, also those of single threads, that hold objects. The collector sees only the arrays that the runtime keeps statics in.</summary>
internal static class StaticFieldNames
{
    /// <summary>Names them.</summary>
    /// <param name="runtime">The snapshot.</param>
    /// <param name="wanted">The objects.</param>
    /// <returns>The field's name with its type, and whether it is one of a thread, by object.</returns>
    public static IReadOnlyDictionary<ulong, (string Name, bool IsOfThread)> Find(ClrRuntime runtime, IReadOnlySet<ulong> wanted)
    {
        var names = new Dictionary<ulong, (string Name, bool IsOfThread)>();
        if (wanted.Count == 0)
        {
            return names;
        }

        foreach (var type in Types(runtime))
        {
            foreach (var field in type.StaticFields.Where(static field => field.IsObjectReference))
            {
                foreach (var domain in runtime.AppDomains)
                {
                    Take(field.ReadObject(domain).Address, $"{type.Name}.{field.Name}", isOfThread: false);
                }
            }

            foreach (var field in type.ThreadStaticFields.Where(static field => field.IsObjectReference))
            {
                foreach (var thread in runtime.Threads)
                {
                    Take(field.ReadObject(thread).Address, $"{type.Name}.{field.Name} of thread {thread.ManagedThreadId}", isOfThread: true);
                }
            }
        }

        return names;

        void Take(ulong address, string name, bool isOfThread)
        {
            if (address != 0 && wanted.Contains(address))
            {
                names.TryAdd(address, (name, isOfThread));
            }
        }
    }

    // Constructed generic types are in no table of a module; those of objects on the heap are found by the objects.
    private static IEnumerable<ClrType> Types(ClrRuntime runtime)
    {
        var seen = new HashSet<ulong>();
        foreach (var module in runtime.EnumerateModules())
        {
            foreach (var (table, _) in module.EnumerateTypeDefToMethodTableMap())
            {
                if (seen.Add(table) && runtime.GetTypeByMethodTable(table) is { } type)
                {
                    yield return type;
                }
            }
        }

        foreach (var candidate in runtime.Heap.EnumerateObjects())
        {
            if (candidate.Type is { } type && seen.Add(type.MethodTable))
            {
                yield return type;
            }
        }
    }
}
