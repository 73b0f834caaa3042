using Microsoft.Diagnostics.Runtime;

namespace Sira.Plugins.LeakDoctor.Heap;

/// <summary>A way into a context from outside: the path from a root to the first object of the context.</summary>
/// <param name="Context">The context.</param>
/// <param name="Root">The root.</param>
/// <param name="Path">The objects, the root's first, the context's last.</param>
internal sealed record HeapEntry(StoppedContext Context, ClrRoot Root, IReadOnlyList<ulong> Path);
