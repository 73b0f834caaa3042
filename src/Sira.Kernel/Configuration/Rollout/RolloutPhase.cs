namespace Sira.Kernel.Configuration.Rollout;

/// <summary>How far a rollout is.</summary>
public enum RolloutPhase
{
    /// <summary>A share of the traffic runs on it.</summary>
    Running,

    /// <summary>It is in force.</summary>
    Promoted,

    /// <summary>It was taken back.</summary>
    Withdrawn,
}
