namespace Sira.Kernel.Configuration.Rollout;

/// <summary>How requests fared under one of the two configurations, in the step that runs.</summary>
/// <param name="Requests">The requests that ended.</param>
/// <param name="Failures">Those that failed.</param>
/// <param name="Latency">The geometric mean of the time that answered ones took; <see langword="null"/> before the first.</param>
public sealed record RolloutArmStatus(long Requests, long Failures, TimeSpan? Latency);
