namespace Sira.Tests.Failover;

/// <summary>What a run of a scenario showed.</summary>
/// <param name="Attempts">How many requests the providers received.</param>
/// <param name="Elapsed">How long the caller waited, in virtual time; what is measured instead is the scenario's to say.</param>
internal readonly record struct Observation(int Attempts, TimeSpan Elapsed);
