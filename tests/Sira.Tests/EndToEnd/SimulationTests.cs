using System.Globalization;
using System.Text;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Sira.Decisions;
using Sira.Errors;
using Sira.Gateway.Ledger;
using Sira.Hosting;
using Sira.Kernel.Time;
using Sira.Simulation;
using Sira.Simulation.Faults;
using Sira.Simulation.Time;

namespace Sira.Tests.EndToEnd;

/// <summary>Many small worlds, each from a seed: three providers that fail by chance, callers that cancel, lose interest or set deadlines, all in virtual time.</summary>
public class SimulationTests
{
    private const int Seeds = 200;
    private const int Requests = 12;
    private const int MaximumAttempts = 5;
    private static readonly string[] Answers = ["Alpha says that bridges carry roads over water.", "Beta says that arches push outwards.", "Gamma says that cables pull, and decks hang from them."];

    [Fact]
    public async Task Worlds_KeepTheirPromises()
    {
        for (var seed = 0; seed < Seeds; seed++)
        {
            await RunAsync(seed);
        }
    }

    [Fact]
    public async Task EqualSeeds_GiveEqualTraces()
    {
        for (var seed = 0; seed < 25; seed++)
        {
            var (first, second) = (await RunAsync(seed), await RunAsync(seed));
            Assert.True(first == second, $"Seed {seed} ran differently:{Environment.NewLine}{first}{Environment.NewLine}--- and then{Environment.NewLine}{second}");
        }
    }

    [Fact]
    public async Task DifferentSeeds_GiveDifferentWorlds()
    {
        var traces = new HashSet<string>();
        for (var seed = 0; seed < 10; seed++)
        {
            traces.Add(await RunAsync(seed));
        }

        Assert.Equal(10, traces.Count);
    }

    private static async Task<string> RunAsync(int seed)
    {
        try
        {
            return await RunWorldAsync(seed);
        }
        catch (Exception exception)
        {
            throw new InvalidOperationException($"The world of seed {seed} broke a promise: {exception.Message}", exception);
        }
    }

    private static async Task<string> RunWorldAsync(int seed)
    {
        var clock = new VirtualTimeProvider();
        var random = new SeededRandomSource(seed);
        var providers = Answers.Select((answer, index) => CreateProvider(clock, answer, (seed * 3) + index, random)).ToArray();
        await using var sira = SiraInstance.Create(builder =>
        {
            builder.Services.AddSingleton<TimeProvider>(clock);
            builder.Services.AddSingleton<IRandomSource>(new SeededRandomSource(seed));
            builder.AddOpenAI("alpha", o => o.ApiKeys.Add("k")).SimulateBackend("alpha", providers[0])
                .AddAnthropic("beta", o => o.ApiKeys.Add("k")).SimulateBackend("beta", providers[1])
                .AddGemini("gamma", o => o.ApiKeys.Add("k")).SimulateBackend("gamma", providers[2])
                .AddRoute("default", route => route
                    .To("alpha/gpt-4.1-mini", "beta/claude-haiku-4-5").FallBackTo("gamma/gemini-2.5-flash-lite")
                    .Strategy(seed % 2 == 0 ? "ordered" : "weighted").Budget(usd: 10).Retry(retry => retry.MaxAttempts = MaximumAttempts));
        });
        var plans = Enumerable.Range(0, Requests).Select(number => new Plan(number, random)).ToArray();
        var ended = new int[Requests];

        var lines = await clock.RunAsync(() => Task.WhenAll(plans.Select(async plan =>
        {
            var line = await AskAsync(sira, clock, plan);
            ended[plan.Number]++;
            return line;
        })));

        Assert.All(ended, count => Assert.Equal(1, count));
        Assert.All(sira.Targets, target => Assert.Equal((target.Target, 0), (target.Target, target.InFlight)));
        Assert.Equal(0, clock.ActiveTimers);
        foreach (var provider in providers)
        {
            Assert.Equal(0, provider.InFlight);
            Assert.DoesNotContain(provider.Requests, request => request.Outcome == SimulatedRequestOutcome.InProgress);
        }

        var ledger = Assert.Single(sira.Ledger.Query(new LedgerQuery()));
        Assert.Equal(
            (plans.Sum(plan => (long)plan.Request!.Attempts), plans.Sum(plan => plan.Request!.Tokens), plans.Sum(plan => plan.Request!.Cost), plans.Sum(plan => (long)plan.Request!.UnpricedCalls)),
            (ledger.Attempts, ledger.TotalTokens, ledger.Cost, ledger.UnpricedAttempts));
        return string.Join(Environment.NewLine, lines.Append(string.Join(", ", providers.Select(provider => provider.RequestCount))));
    }

    private static SimulatedProvider CreateProvider(VirtualTimeProvider clock, string answer, int seed, SeededRandomSource random)
    {
        var provider = new SimulatedProvider(new SimulatedProviderOptions { Seed = seed, TimeProvider = clock }).Respond(answer!);
        Fault[] possible =
        [
            Fault.Unavailable(), Fault.ServerError(), Fault.RateLimited(TimeSpan.FromSeconds(2)), Fault.ConnectionReset(), Fault.NeverAnswers(), Fault.Html(), Fault.EmptyBody(), Fault.Unauthorized(),
            Fault.CutAfter(2), Fault.StallAfter(3), Fault.ErrorEventAfter(1), Fault.MissingFinishReason(), Fault.SlowTokens(TimeSpan.FromSeconds(1)), Fault.SlowHeaders(TimeSpan.FromSeconds(5)), Fault.ContentFiltered(),
        ];
        for (var i = 0; i < 4; i++)
        {
            provider.Faults.WithProbability(0.15, possible[random.Next(possible.Length)]);
        }

        return provider;
    }

    private static async Task<string> AskAsync(SiraInstance sira, VirtualTimeProvider clock, Plan plan)
    {
        await InlineDelay.WaitAsync(plan.Start, clock, CancellationToken.None);
        using var source = plan.CancelAfter is { } after ? new CancellationTokenSource(after, clock) : new CancellationTokenSource();
        var options = new Requests.SiraChatOptions { Request = new Requests.RequestContext(clock.GetTimestamp(), new Requests.RequestBudget { MaxDuration = plan.MaxDuration }) };
        plan.Request = options.Request;
        var text = new StringBuilder();
        RouteDecision? decision = null;
        string outcome;
        try
        {
            if (plan.Streaming)
            {
                var updates = 0;
                await foreach (var update in sira.GetChatClient().GetStreamingResponseAsync("Bridges?", options, source.Token))
                {
                    text.Append(update.Text);
                    decision = update.GetRouteDecision() ?? decision;
                    if (++updates == plan.LeaveAfter)
                    {
                        break;
                    }
                }
            }
            else
            {
                var response = await sira.GetChatClient().GetResponseAsync("Bridges?", options, source.Token);
                text.Append(response.Text);
                decision = response.GetRouteDecision();
            }

            outcome = decision is null ? "left" : "answered";
            Assert.True(outcome == "left" ? plan.LeaveAfter > 0 : Answers.Contains(text.ToString()), $"Request {plan.Number} was answered with '{text}'.");
        }
        catch (OperationCanceledException exception)
        {
            Assert.Equal(source.Token, exception.CancellationToken);
            Assert.True(source.IsCancellationRequested);
            outcome = "cancelled";
        }
        catch (RequestFailedException exception)
        {
            decision = exception.Decision;
            outcome = $"{exception.Kind}";
            Assert.Equal(exception.PartialText, text.ToString());
            Assert.Equal(text.Length > 0, exception.Kind == RequestFailureKind.Incomplete);
        }

        Assert.Contains(Answers, answer => answer.StartsWith(text.ToString(), StringComparison.Ordinal));
        Assert.InRange(options.Request.Attempts, outcome is "cancelled" or "DeadlineExceeded" or "NoCandidate" or "BudgetExceeded" ? 0 : 1, MaximumAttempts);
        Assert.True(decision is null || decision.Attempts.Count == options.Request.Attempts);
        Assert.True(plan.MaxDuration is not { } maximum || clock.GetElapsedTime(options.Request.StartedAt) <= maximum + TimeSpan.FromMilliseconds(1), $"Request {plan.Number} overran its deadline of {plan.MaxDuration}.");
        return string.Create(CultureInfo.InvariantCulture, $"{plan.Number}: {outcome} at {clock.GetUtcNow():O} with '{text}', {options.Request.Tokens} tokens, ${options.Request.Cost}, {decision}");
    }

    private sealed class Plan(int number, SeededRandomSource random)
    {
        public int Number => number;

        public Requests.RequestContext? Request { get; set; }

        public TimeSpan Start { get; } = TimeSpan.FromMilliseconds(1 + random.Next(20_000));

        public bool Streaming { get; } = random.Next(3) > 0;

        public int LeaveAfter { get; } = random.Next(5) == 0 ? 1 + random.Next(6) : -1;

        public TimeSpan? CancelAfter { get; } = random.Next(4) == 0 ? TimeSpan.FromMilliseconds(1 + random.Next(8_000)) : null;

        public TimeSpan? MaxDuration { get; } = random.Next(4) == 0 ? TimeSpan.FromMilliseconds(100 + random.Next(10_000)) : null;
    }
}
