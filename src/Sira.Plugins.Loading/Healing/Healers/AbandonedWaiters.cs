using System.Reflection;
using System.Runtime.Loader;

namespace Sira.Plugins.Loading.Healing.Healers;

/// <summary>Says whether nobody waits for something but asynchronous methods of a context, for which nobody else waits in turn.</summary>
/// <remarks>Where the host waits for a method of the plugin, however far up, it goes on: taking away its timer would leave the host waiting for ever.</remarks>
internal sealed class AbandonedWaiters
{
    // Deeper chains of callers than this are left alone.
    private const int Deepest = 32;

    private readonly Type? periodic;
    private readonly FieldInfo? owner;
    private readonly FieldInfo? source;
    private readonly FieldInfo? sourceState;
    private readonly FieldInfo? continuation;

    public AbandonedWaiters(RuntimeMembers members)
    {
        periodic = members.FindType(typeof(Task).Assembly, "System.Threading.PeriodicTimer+State");
        owner = members.FindField(periodic, "_owner");
        source = members.FindField(periodic, "_mrvtsc");
        sourceState = members.FindField(source?.FieldType, "_continuationState");
        continuation = members.FindField(typeof(Task), "m_continuationObject");
    }

    /// <summary>Says so of the state of a timer: a periodic timer's, or the task of a delay.</summary>
    public bool AreOnlyOf(AssemblyLoadContext context, object? awaited)
    {
        if (awaited is Task delay)
        {
            return continuation!.GetValue(delay) is { } waiting && IsAbandoned(context, waiting, 0);
        }

        return awaited?.GetType() == periodic && source!.GetValue(awaited) is { } promise && IsAbandoned(context, sourceState!.GetValue(promise), 0);
    }

    /// <summary>Sees to it that those who wait are not woken for one more round by the finalizer of their periodic timer.</summary>
    public void Forget(object? awaited)
    {
        if (awaited is not null && awaited.GetType() == periodic && owner!.GetValue(awaited) is { } timer)
        {
#pragma warning disable CA1816 // It is not this object's finalizer that must not run.
            GC.SuppressFinalize(timer);
#pragma warning restore CA1816
        }
    }

    private bool IsAbandoned(AssemblyLoadContext context, object? waiting, int depth)
    {
        if (depth == Deepest)
        {
            return false;
        }

        var method = waiting is Action { Target: { } target } ? target : waiting;
        return method is Task
            && context.Owns(method.GetType())
            && (continuation!.GetValue(method) is not { } further || IsAbandoned(context, further, depth + 1));
    }
}
