namespace Sira.Plugins.Hosting;

/// <summary>Where a plugin is in its life.</summary>
public enum PluginState
{
    /// <summary>It was found and may not run, or cannot: see the reason.</summary>
    Discovered,

    /// <summary>It is to run, and is not loaded yet.</summary>
    Resolved,

    /// <summary>Its code is loaded and its contributions are known; it has not started.</summary>
    Loaded,

    /// <summary>It runs, and its contributions are in use.</summary>
    Started,

    /// <summary>Its contributions have been taken out of use; what uses them still is being waited for, and then it stops.</summary>
    Stopping,

    /// <summary>It has stopped, and its code has left memory or is leaving it.</summary>
    Unloaded,

    /// <summary>It failed: see the reason. It is restarted after a while; where it was in use, it is until then.</summary>
    Faulted,

    /// <summary>It failed too often, and this version stays away until it is started by hand. Another version that is there takes its place.</summary>
    Quarantined,

    /// <summary>It failed too often and is in use all the same, because the host's configuration counts on it: see the reason. Another version that comes replaces it.</summary>
    Degraded,
}
