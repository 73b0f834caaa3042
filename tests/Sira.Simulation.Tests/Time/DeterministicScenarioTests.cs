using System.Globalization;
using Sira.Simulation.Faults;
using Sira.Simulation.Time;

namespace Sira.Simulation.Tests.Time;

public sealed class DeterministicScenarioTests
{
    [Fact]
    public async Task Scenario_ManyCallersFaultsAndTimeouts_IsTheSameInEveryRun()
    {
        var first = await RunAsync(seed: 7);

        Assert.Equal(first, await RunAsync(seed: 7));
        Assert.NotEqual(first, await RunAsync(seed: 8));
        Assert.Contains(first, static line => line.Contains("Canceled", StringComparison.Ordinal));
        Assert.Contains(first, static line => line.Contains("HttpIOException", StringComparison.Ordinal));
        Assert.Contains(first, static line => line.EndsWith("ok", StringComparison.Ordinal));
    }

    // Two hundred callers with timeouts of their own against a provider in which much goes wrong; hours of virtual time.
    private static async Task<List<string>> RunAsync(int seed)
    {
        var clock = new VirtualTimeProvider();
        var provider = new SimulatedProvider(new SimulatedProviderOptions { Seed = seed, TimeProvider = clock });
        provider.Faults
            .WithProbability(0.1, Fault.NeverAnswers())
            .WithProbability(0.1, Fault.StallAfter(2))
            .WithProbability(0.1, Fault.CutAfter(3))
            .WithProbability(0.2, Fault.SlowHeaders(TimeSpan.FromSeconds(40)))
            .Always(Fault.SlowTokens(TimeSpan.FromMilliseconds(150)));
        using var client = SimulationClient.For(provider);
        var log = new List<string>();
        await clock.RunAsync(() => Task.WhenAll(Enumerable.Range(0, 200).Select(CallAsync)));
        Assert.Equal(0, provider.InFlight);
        return log;

        async Task CallAsync(int caller)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(caller * 37), clock);
            using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(30 + (caller % 3)), clock);
            string outcome;
            try
            {
                using var response = await client.SendAsync(SimulationClient.ChatPath, SimulationClient.Chat($"Question {caller}", stream: true), timeout.Token);
                var stream = await response.Content.ReadAsStreamAsync(timeout.Token);
                var buffer = new byte[1024];
                while (await stream.ReadAsync(buffer, timeout.Token) > 0)
                {
                    // Only the end matters.
                }

                outcome = "ok";
            }
            catch (Exception exception)
            {
                outcome = exception.GetType().Name;
            }

            log.Add(string.Create(CultureInfo.InvariantCulture, $"{clock.GetUtcNow():HH:mm:ss.fff} {caller} {outcome}"));
        }
    }
}
