namespace Sira.Storage.State;

/// <summary>How far the keeping of state has come.</summary>
internal enum StateKeeperPhase
{
    /// <summary>It was not started.</summary>
    Created,

    /// <summary>State is kept.</summary>
    Running,

    /// <summary>Another process has taken over the state.</summary>
    Lost,

    /// <summary>The host has stopped.</summary>
    Stopped,
}
