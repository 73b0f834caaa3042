using Microsoft.Diagnostics.Runtime;
using Sira.Plugins.LeakDoctor.Reports;

namespace Sira.Plugins.LeakDoctor.Heap;

/// <summary>Finds the methods of stopped contexts that are on the stack of a thread. The collector keeps their code, though no variable of theirs needs to hold anything.</summary>
internal static class RunningMethods
{
    // Deep enough for a plugin's method at the bottom of a thread, and bounded where a stack is broken.
    private const int MaxFrames = 4096;

    public static ILookup<StoppedContext, LeakRoot> Find(ClrRuntime runtime, StoppedContexts contexts) => runtime.Threads
        .SelectMany(thread => thread.EnumerateStackTrace(includeContext: false, MaxFrames)
            .Select(frame => (Owner: frame.Method?.Type is { IsCollectible: true } type ? contexts.OwnerOf(0, type) : null, Frame: frame))
            .Where(static found => found.Owner is not null)
            .Select(found => (Owner: found.Owner!, Root: new LeakRoot(LeakRootKind.Stack, $"thread {thread.ManagedThreadId} in {found.Frame.Method!.Signature}"))))
        .ToLookup(static found => found.Owner, static found => found.Root);
}
