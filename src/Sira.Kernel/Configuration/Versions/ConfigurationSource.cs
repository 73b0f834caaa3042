namespace Sira.Kernel.Configuration.Versions;

/// <summary>What brought a version of the configuration about.</summary>
public enum ConfigurationSource
{
    /// <summary>The start of the process.</summary>
    Start,

    /// <summary>A change of the host's configuration, such as an edited file.</summary>
    HostReload,

    /// <summary>The settings are the same; what plugins contribute has changed.</summary>
    Contributions,

    /// <summary><see cref="ISiraConfiguration.ApplyAsync"/>.</summary>
    Api,

    /// <summary><see cref="ISiraConfiguration.RollBackAsync"/>.</summary>
    RollBack,

    /// <summary><see cref="ISiraConfiguration.ResetAsync"/>.</summary>
    Reset,

    /// <summary>A staged rollout.</summary>
    Rollout,

    /// <summary>The restore of a backup.</summary>
    Restore,
}
