namespace Sira.Kernel.Configuration.Versions;

/// <summary>What became of a version of the configuration.</summary>
public enum ConfigurationVersionState
{
    /// <summary>It is in force.</summary>
    InForce,

    /// <summary>It was in force.</summary>
    Superseded,

    /// <summary>It had mistakes and was never in force.</summary>
    Rejected,

    /// <summary>A staged rollout sends it a share of the traffic.</summary>
    RollingOut,

    /// <summary>A staged rollout of it ended before it was in force.</summary>
    Withdrawn,
}
