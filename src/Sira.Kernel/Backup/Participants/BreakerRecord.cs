namespace Sira.Kernel.Backup.Participants;

/// <summary>A breaker that is open.</summary>
/// <param name="Service">The service.</param>
/// <param name="Endpoint">The endpoint.</param>
/// <param name="UntilTicks">The instant, in ticks of UTC, until which it is.</param>
internal sealed record BreakerRecord(string Service, string Endpoint, long UntilTicks);
