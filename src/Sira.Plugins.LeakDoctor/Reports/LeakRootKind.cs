namespace Sira.Plugins.LeakDoctor.Reports;

/// <summary>The kinds of places from which the collector begins.</summary>
public enum LeakRootKind
{
    /// <summary>A static field.</summary>
    StaticField,

    /// <summary>A static field of one thread.</summary>
    ThreadStaticField,

    /// <summary>A handle that keeps its object, such as <c>GCHandle.Alloc</c> makes.</summary>
    StrongHandle,

    /// <summary>A handle that also keeps its object in place.</summary>
    PinnedHandle,

    /// <summary>A variable of a method that runs or waits.</summary>
    Stack,

    /// <summary>An object that waits for its finalizer.</summary>
    Finalizer,

    /// <summary>Something else.</summary>
    Other,
}
