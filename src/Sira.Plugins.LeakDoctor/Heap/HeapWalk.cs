using Microsoft.Diagnostics.Runtime;

namespace Sira.Plugins.LeakDoctor.Heap;

/// <summary>Finds the shortest ways from the roots into stopped contexts: one breadth-first walk for all of them, which enters a context but does not pass through it.</summary>
/// <remarks>What a context holds that way are its own statics and objects; they would be found as roots of themselves otherwise.</remarks>
internal sealed class HeapWalk
{
    // Entries of one context that are looked at; caches hold a plugin by many of its types, and one tells as much as all.
    private const int MaxEntries = 256;

    private readonly ClrHeap heap;
    private readonly StoppedContexts contexts;
    private readonly Dictionary<ulong, ulong> parents = [];
    private readonly Dictionary<ulong, ClrRoot> roots = [];
    private readonly Dictionary<StoppedContext, List<HeapEntry>> entries;
    private readonly Queue<ulong> open = new();

    public HeapWalk(ClrHeap heap, StoppedContexts contexts)
    {
        (this.heap, this.contexts) = (heap, contexts);
        entries = contexts.All.ToDictionary(static context => context, static _ => new List<HeapEntry>());
    }

    /// <summary>Walks.</summary>
    /// <returns>The ways into each context, the shortest first.</returns>
    public IReadOnlyDictionary<StoppedContext, List<HeapEntry>> Run(CancellationToken cancellationToken)
    {
        foreach (var root in heap.EnumerateRoots().Where(IsReal))
        {
            Begin(root);
        }

        Spread(through: null, cancellationToken);

        // Who is held by nobody but other stopped plugins.
        if (entries.Values.Any(static found => found.Count == 0))
        {
            foreach (var entry in entries.Values.SelectMany(static found => found).ToList())
            {
                if (parents.TryAdd(entry.Path[^1], entry.Path.Count > 1 ? entry.Path[^2] : 0))
                {
                    roots.TryAdd(entry.Path[^1], entry.Root);
                    open.Enqueue(entry.Path[^1]);
                }
            }

            Spread([.. entries.Where(static pair => pair.Value.Count > 0).Select(static pair => pair.Key)], cancellationToken);
        }

        return entries;
    }

    // A context has a strong handle to itself until its code is gone, and its statics have weak ones of a kind that is reported as a static root.
    private bool IsReal(ClrRoot root) =>
        root.Object.IsValid
        && root is not ClrHandle { RootKind: ClrRootKind.StaticVar }
        && !(root is ClrHandle && contexts.All.Any(context => context.Address == root.Object.Address));

    private void Begin(ClrRoot root)
    {
        var target = root.Object;
        if (contexts.OwnerOf(target.Address, target.Type) is { } owner)
        {
            if (entries[owner].Count < MaxEntries)
            {
                entries[owner].Add(new HeapEntry(owner, root, [target.Address]));
            }
        }
        else if (parents.TryAdd(target.Address, 0))
        {
            roots.Add(target.Address, root);
            open.Enqueue(target.Address);
        }
    }

    private void Spread(HashSet<StoppedContext>? through, CancellationToken cancellationToken)
    {
        while (open.TryDequeue(out var address))
        {
            cancellationToken.ThrowIfCancellationRequested();
            foreach (var next in heap.GetObject(address).EnumerateReferences(carefully: true, considerDependantHandles: true))
            {
                if (parents.ContainsKey(next.Address))
                {
                    continue;
                }

                if (contexts.OwnerOf(next.Address, next.Type) is { } owner && through?.Contains(owner) != true)
                {
                    Enter(owner, address, next.Address);
                }
                else
                {
                    parents.Add(next.Address, address);
                    open.Enqueue(next.Address);
                }
            }
        }
    }

    private void Enter(StoppedContext owner, ulong from, ulong target)
    {
        var found = entries[owner];
        if (found.Count >= MaxEntries)
        {
            return;
        }

        var path = new List<ulong> { target };
        for (var at = from; at != 0; at = parents[at])
        {
            path.Add(at);
            if (parents[at] == 0)
            {
                path.Reverse();
                found.Add(new HeapEntry(owner, roots[at], path));
                return;
            }
        }
    }
}
