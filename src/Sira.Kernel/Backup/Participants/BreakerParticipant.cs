using System.Text.Json;
using Sira.Kernel.Health;
using Sira.Kernel.Registry;

namespace Sira.Kernel.Backup.Participants;

/// <summary>Which breakers are open, so that a new process leaves alone what has just failed.</summary>
internal sealed class BreakerParticipant(IServiceRegistry registry, TimeProvider time) : IStateParticipant
{
    public string Name => "circuit-breakers";

    public int SchemaVersion => 1;

    public IStateCapture Capture()
    {
        var now = time.GetUtcNow();
        var records = new List<BreakerRecord>();
        foreach (var service in registry.Services)
        {
            foreach (var endpoint in registry.GetSnapshot(service).Endpoints)
            {
                var left = endpoint.Breaker.RemainingBreak;
                if (left > TimeSpan.Zero)
                {
                    records.Add(new BreakerRecord(service, endpoint.Id, left < DateTimeOffset.MaxValue - now ? (now + left).UtcTicks : DateTime.MaxValue.Ticks));
                }
            }
        }

        return new LinesCapture<BreakerRecord>(records, ParticipantJsonContext.Default.BreakerRecord);
    }

    public async ValueTask<IStateRestore> PrepareAsync(Stream section, StateSectionInfo info, CancellationToken cancellationToken)
    {
        var (breaks, notes) = (new List<(CircuitBreaker, TimeSpan)>(), new List<string>());
        await foreach (var record in StateLines.ReadAsync(section, ParticipantJsonContext.Default.BreakerRecord, cancellationToken).ConfigureAwait(false))
        {
            if (string.IsNullOrWhiteSpace(record.Service) || record.UntilTicks < 0 || record.UntilTicks > DateTime.MaxValue.Ticks)
            {
                throw new JsonException("The record of a breaker is incomplete.");
            }

            var left = new DateTimeOffset(record.UntilTicks, TimeSpan.Zero) - time.GetUtcNow();
            if (left <= TimeSpan.Zero)
            {
                continue;
            }

            if (registry.GetSnapshot(record.Service).Endpoints.FirstOrDefault(endpoint => endpoint.Id == record.Endpoint) is { } endpoint)
            {
                breaks.Add((endpoint.Breaker, left));
            }
            else
            {
                notes.Add($"The endpoint '{record.Endpoint}' of '{record.Service}' is not there any more.");
            }
        }

        return new BreakerRestore(breaks, notes);
    }
}
