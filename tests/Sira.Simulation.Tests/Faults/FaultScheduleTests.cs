using Sira.Simulation.Faults;
using Sira.Simulation.Time;

namespace Sira.Simulation.Tests.Faults;

public sealed class FaultScheduleTests
{
    private readonly VirtualTimeProvider clock = new();

    [Fact]
    public async Task Rules_OfEveryKind_MeetTheRequestsTheyName()
    {
        var provider = new SimulatedProvider(clock);
        provider.Faults.OnRequest(1, Fault.ServerError()).OnRequests(3, 4, Fault.RateLimited()).EveryNth(5, Fault.Overloaded()).When(static request => request.Model == "other", Fault.ModelNotFound());

        Assert.Equal([500, 200, 429, 429, 503, 200], await StatusesAsync(provider, 6));
        using var client = SimulationClient.For(provider);
        using var other = await client.SendAsync(SimulationClient.ChatPath, SimulationClient.Chat("Hello").Replace("\"m\"", "\"other\"", StringComparison.Ordinal));
        Assert.Equal(404, (int)other.StatusCode);
    }

    [Fact]
    public async Task Sequence_WithHealthyEntries_IsTakenOneByOne()
    {
        var provider = new SimulatedProvider(clock);
        await StatusesAsync(provider, 1);
        provider.Faults.Sequence(Fault.ServerError(), null, Fault.RateLimited());

        Assert.Equal([500, 200, 429, 200], await StatusesAsync(provider, 4));
    }

    [Fact]
    public async Task Between_AroundAWindow_AppliesWithinItOnly()
    {
        var provider = new SimulatedProvider(clock);
        provider.Faults.Between(TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(20), Fault.Unavailable());
        var statuses = new List<int>();

        foreach (var _ in Enumerable.Range(0, 5))
        {
            statuses.AddRange(await StatusesAsync(provider, 1));
            clock.Advance(TimeSpan.FromSeconds(5));
        }

        Assert.Equal([200, 200, 503, 503, 200], statuses);
    }

    [Fact]
    public async Task WithProbability_SameSeed_FailsTheSameRequestsWhateverTheOrderOfThreads()
    {
        async Task<HashSet<int>> FailedAsync(int seed, bool parallel)
        {
            var provider = new SimulatedProvider(new SimulatedProviderOptions { Seed = seed, TimeProvider = clock });
            provider.Faults.WithProbability(0.3, Fault.ServerError());
            if (parallel)
            {
                await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => StatusesAsync(provider, 100))));
            }
            else
            {
                await StatusesAsync(provider, 400);
            }

            return [.. provider.Requests.Where(static request => request.Status == 500).Select(static request => request.Number)];
        }

        var first = await FailedAsync(1, parallel: false);

        Assert.InRange(first.Count, 90, 150);
        Assert.Equal(first, await FailedAsync(1, parallel: true));
        Assert.NotEqual(first, await FailedAsync(2, parallel: false));
    }

    [Fact]
    public async Task SeveralRules_OnOneRequest_CombineAndTheFirstWins()
    {
        var provider = new SimulatedProvider(clock);
        provider.Faults.Always(Fault.SlowHeaders(TimeSpan.FromSeconds(3))).OnRequest(1, Fault.RateLimited()).Always(Fault.ServerError());
        var started = clock.GetUtcNow();

        var statuses = await clock.RunAsync(() => StatusesAsync(provider, 2));

        Assert.Equal([429, 500], statuses);
        Assert.Equal(TimeSpan.FromSeconds(6), clock.GetUtcNow() - started);
    }

    [Fact]
    public async Task Clear_AfterFaults_HealsTheProvider()
    {
        var provider = new SimulatedProvider(clock);
        provider.Faults.Always(Fault.ServerError());
        Assert.Equal([500], await StatusesAsync(provider, 1));

        provider.Faults.Clear();

        Assert.Equal([200], await StatusesAsync(provider, 1));
    }

    [Fact]
    public async Task When_PredicateThrows_ReachesTheCallerAndTheBooksBalance()
    {
        var provider = new SimulatedProvider(clock);
        provider.Faults.When(static _ => throw new FormatException("rule"), Fault.ServerError());

        await Assert.ThrowsAsync<FormatException>(() => StatusesAsync(provider, 1));

        Assert.Equal(0, provider.InFlight);
        Assert.Equal(SimulatedRequestOutcome.Failed, provider.Requests[0].Outcome);
    }

    [Fact]
    public void Rules_OutOfRange_AreRefused()
    {
        var faults = new SimulatedProvider(clock).Faults;

        Assert.Throws<ArgumentOutOfRangeException>(() => faults.OnRequest(0, Fault.ServerError()));
        Assert.Throws<ArgumentOutOfRangeException>(() => faults.OnRequests(2, 1, Fault.ServerError()));
        Assert.Throws<ArgumentOutOfRangeException>(() => faults.WithProbability(1.1, Fault.ServerError()));
        Assert.Throws<ArgumentOutOfRangeException>(() => faults.EveryNth(0, Fault.ServerError()));
        Assert.Throws<ArgumentOutOfRangeException>(() => Fault.CutAfter(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Fault.MalformedEventAt(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => Fault.SlowHeaders(TimeSpan.FromSeconds(-1)));
    }

    private static async Task<List<int>> StatusesAsync(SimulatedProvider provider, int count)
    {
        using var client = SimulationClient.For(provider);
        var statuses = new List<int>();
        for (var i = 0; i < count; i++)
        {
            using var response = await client.SendAsync(SimulationClient.ChatPath, SimulationClient.Chat("Hello"));
            statuses.Add((int)response.StatusCode);
        }

        return statuses;
    }
}
