using Microsoft.Extensions.AI;
using Sira.Decisions;
using Sira.Gateway.Configuration;
using Sira.Kernel.Health;
using Sira.Simulation;
using Sira.Simulation.Faults;
using Sira.Simulation.Time;

namespace Sira.Tests.EndToEnd;

/// <summary>Cancels one and the same request at each of its waits in turn: connection, error, back-off, headers, every token, between every two updates.</summary>
public class CancellationSweepTests
{
    private static readonly Action<RouteBuilder> Route = route => route.Retry(retry => retry.MaxRetriesPerTarget = 1).Budget(usd: 100);

    private static SimulatedSira Create(string wire)
    {
        var sira = new SimulatedSira(wire, Route);

        // The primary fails slowly twice, with a back-off between; the fallback answers slowly.
        sira.Primary.Faults.Sequence(Fault.Unavailable(), Fault.StallAfter(0));
        sira.Primary.Faults.When(_ => Fault.SlowHeaders(TimeSpan.FromSeconds(1)));
        sira.Secondary.Faults.When(_ => Fault.SlowTokens(TimeSpan.FromMilliseconds(100)));
        return sira;
    }

    public static TheoryData<string, bool> Ways => new(from wire in SimulatedSira.Wires from streaming in (bool[])[false, true] select (wire, streaming));

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task CancelledAtEachWait_EverythingEnds(string wire, bool streaming)
    {
        var instants = await RecordAsync(wire, streaming);
        Assert.InRange(instants.Count, 3, 10_000);

        foreach (var instant in instants)
        {
            foreach (var offset in (TimeSpan[])[TimeSpan.Zero, TimeSpan.FromTicks(1)])
            {
                await using var sira = Create(wire);
                using var source = new CancellationTokenSource(instant + offset, sira.Clock);

                var completed = await Record.ExceptionAsync(() => sira.AskAsync(streaming, cancellationToken: source.Token)) switch
                {
                    null => true,
                    OperationCanceledException cancelled when cancelled.CancellationToken == source.Token => false,
                    var other => throw new InvalidOperationException($"Cancelled at {instant + offset}: {other}", other),
                };

                source.Dispose();
                AssertAtRest(sira, $"{wire}, {(streaming ? "stream" : "unary")}, cancelled at {instant + offset}, {(completed ? "completed" : "cancelled")}");
            }
        }
    }

    [Theory]
    [InlineData("chat")]
    [InlineData("responses")]
    [InlineData("anthropic")]
    [InlineData("gemini")]
    public async Task LeftAfterEachUpdate_EverythingEnds(string wire)
    {
        for (var after = 1; ; after++)
        {
            await using var sira = Create(wire);
            var seen = 0;
            await sira.Clock.RunAsync(async () =>
            {
                await foreach (var _ in sira.Chat.GetStreamingResponseAsync("Tell me about bridges."))
                {
                    if (++seen == after)
                    {
                        break;
                    }
                }
            });

            AssertAtRest(sira, $"{wire}, left after update {after}");
            if (seen < after)
            {
                Assert.InRange(after, 3, 10_000);
                return;
            }
        }
    }

    private static void AssertAtRest(SimulatedSira sira, string when)
    {
        Assert.All(sira.Sira.Targets, target => Assert.True(target is { InFlight: 0, Circuit: CircuitState.Closed }, $"{when}: {target}"));
        Assert.True(sira.Clock.ActiveTimers == 0, $"{when}: {sira.Clock.ActiveTimers} timers are left.");
        foreach (var provider in (SimulatedProvider[])[sira.Primary, sira.Secondary])
        {
            Assert.True(provider.InFlight == 0, $"{when}: the provider still answers {provider.InFlight} requests.");
            Assert.All(provider.Requests, request => Assert.True(request.Outcome != SimulatedRequestOutcome.InProgress, $"{when}: {request}"));
        }
    }

    /// <summary>Runs the request undisturbed and notes every instant at which something was waited for.</summary>
    private static async Task<IReadOnlyList<TimeSpan>> RecordAsync(string wire, bool streaming)
    {
        await using var sira = Create(wire);
        var start = sira.Clock.GetUtcNow();
        var instants = new SortedSet<TimeSpan>();
        SynchronizationContext.SetSynchronizationContext(null);
        var running = streaming
            ? sira.Chat.GetStreamingResponseAsync("Tell me about bridges.").ToChatResponseAsync()
            : sira.Chat.GetResponseAsync("Tell me about bridges.");
        while (!running.IsCompleted)
        {
            SpinWait.SpinUntil(() => running.IsCompleted || sira.Clock.ActiveTimers > 0, TimeSpan.FromSeconds(10));
            if (sira.Clock.NextTimer is { } wait)
            {
                instants.Add(sira.Clock.GetUtcNow() + wait - start);
                sira.Clock.AdvanceToNextTimer();
            }
        }

        Assert.NotNull((await running).GetRouteDecision());
        return [.. instants];
    }
}
