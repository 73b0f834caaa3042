namespace Sira.Benchmarks.Support;

/// <summary>How the leaf completes, as it decides what a layer above it costs.</summary>
public enum LeafMode
{
    /// <summary>At once: what comes is there already.</summary>
    Ready,

    /// <summary>After a wait that the measuring thread ends itself: every layer suspends and resumes, without a thread switch that would drown the difference.</summary>
    Suspended,

    /// <summary>After a trip through the thread pool, as an answer from a socket comes.</summary>
    Yielding,
}
