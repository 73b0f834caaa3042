namespace Sira.Plugins.LeakDoctor.Reports;

/// <summary>What leaks are cases of.</summary>
public enum LeakKind
{
    /// <summary>None of the others.</summary>
    Other,

    /// <summary>A table or field of the host or of a library.</summary>
    Field,

    /// <summary>An event of something that lives longer.</summary>
    Event,

    /// <summary>A timer that still runs.</summary>
    Timer,

    /// <summary>A loop over a periodic timer.</summary>
    PeriodicTimer,

    /// <summary>A wait registered with the thread pool.</summary>
    RegisteredWait,

    /// <summary>A registration on a cancellation token.</summary>
    TokenRegistration,

    /// <summary>A callback on a change token.</summary>
    ChangeToken,

    /// <summary>A method that waits for something that does not come.</summary>
    PendingWait,

    /// <summary>A reader or writer that waits for a channel.</summary>
    Channel,

    /// <summary>A method that runs or blocks on a thread.</summary>
    Thread,

    /// <summary>An ambient value that flows with the host's calls.</summary>
    AmbientValue,

    /// <summary>The caches of System.Text.Json.</summary>
    JsonCache,

    /// <summary>The caches of TypeDescriptor.</summary>
    TypeDescriptorCache,

    /// <summary>The binder of <c>dynamic</c>, or compiled expressions.</summary>
    DynamicBinder,

    /// <summary>A meter, or a listener to measurements or activities.</summary>
    Diagnostics,

    /// <summary>A handle that was not freed.</summary>
    Handle,

    /// <summary>Another stopped plugin that is in memory still.</summary>
    Plugin,
}
