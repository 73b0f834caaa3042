using Sira.Kernel.Backup;
using Sira.Kernel.Backup.Participants;
using Sira.Kernel.Health;
using Sira.Kernel.Registry;
using Sira.Kernel.Time;
using Sira.Simulation.Time;

namespace Sira.Kernel.Tests.Backup;

public class BreakerParticipantTests
{
    private static readonly DateTimeOffset Start = new(2026, 2, 3, 4, 5, 6, TimeSpan.Zero);

    [Fact]
    public async Task OpenBreakers_AreOpenAgain_ForTheRestOfTheirBreak()
    {
        var clock = new VirtualTimeProvider(Start);
        var registry = new ServiceRegistry(clock, new SeededRandomSource(1));
        foreach (var (id, left) in ((string, TimeSpan)[])[("short", TimeSpan.FromSeconds(30)), ("long", TimeSpan.FromMinutes(5)), ("gone", TimeSpan.FromMinutes(5))])
        {
            var breaker = registry.GetOrAdd("models", new EndpointDefinition(id), CircuitBreakerOptions.Default).Breaker;
            breaker.TryEnter(out var permit);
            breaker.Record(permit, CircuitOutcome.Failure, left);
        }

        registry.GetOrAdd("models", new EndpointDefinition("fine"), CircuitBreakerOptions.Default);
        var file = new MemoryStream();
        await new StateBackup(new StateParticipants([new BreakerParticipant(registry, clock)], clock), clock).SaveAsync(file);

        var laterClock = new VirtualTimeProvider(Start + TimeSpan.FromMinutes(1));
        var later = new ServiceRegistry(laterClock, new SeededRandomSource(1));
        var breakers = ((string[])["short", "long", "fine"]).ToDictionary(id => id, id => later.GetOrAdd("models", new EndpointDefinition(id), CircuitBreakerOptions.Default).Breaker);
        var report = await new StateBackup(new StateParticipants([new BreakerParticipant(later, laterClock)], laterClock), laterClock).RestoreAsync(new MemoryStream(file.ToArray()));

        Assert.Equal([CircuitState.Closed, CircuitState.Open, CircuitState.Closed], breakers.Values.Select(breaker => breaker.State));

        // Jitter prolongs a break by at most two seconds, a tenth of the longest of the breaker's own, each time.
        Assert.InRange(breakers["long"].RemainingBreak, TimeSpan.FromMinutes(4), TimeSpan.FromSeconds(244));
        Assert.Equal(["The endpoint 'gone' of 'models' is not there any more."], report.Sections[0].Notes);
    }
}
