namespace Sira.Kernel.Configuration.Rollout;

/// <summary>A rollout at one instant.</summary>
/// <param name="Version">The version that is rolled out.</param>
/// <param name="Phase">How far it is.</param>
/// <param name="Step">The number of the step, from 1.</param>
/// <param name="Steps">How many steps there are.</param>
/// <param name="Percent">The share of the traffic that runs on it.</param>
/// <param name="StartedAt">When it began.</param>
/// <param name="Trial">How requests fared on it, in this step.</param>
/// <param name="Stable">How requests fared on the version in force, in this step.</param>
/// <param name="Reason">Why it is where it is, in plain words.</param>
public sealed record RolloutStatus(long Version, RolloutPhase Phase, int Step, int Steps, double Percent, DateTimeOffset StartedAt, RolloutArmStatus Trial, RolloutArmStatus Stable, string Reason);
