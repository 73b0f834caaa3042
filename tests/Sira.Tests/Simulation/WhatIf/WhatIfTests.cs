using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Sira.Kernel.Configuration;
using Sira.Models;
using Sira.Simulation.Faults;
using Sira.Simulation.Replay;
using Sira.Simulation.Traffic;
using Sira.Tests.EndToEnd;

namespace Sira.Tests.Simulation.WhatIf;

public class WhatIfTests
{
    private static readonly WhatIfPolicy Mini = new("mini", sira => sira.AddRoute("default", route => route.To("openai/gpt-4.1-mini").FallBackTo("anthropic/claude-haiku-4-5")));
    private static readonly WhatIfPolicy Nano = new("nano", sira => sira.AddRoute("default", route => route.To("openai/gpt-4.1-nano").FallBackTo("anthropic/claude-haiku-4-5")));

    private static SimulatedWorld World(Action<SimulatedBackendOptions>? openai = null) => new SimulatedWorld().AddBackend("openai", openai).AddBackend("anthropic");

    private static TrafficLog Log(int count, TimeSpan? interval = null, bool streaming = false) => new(Enumerable.Range(0, count)
        .Select(number => new TrafficRecord { At = (interval ?? TimeSpan.FromMinutes(1)) * number, InputTokens = 1_000, OutputTokens = 500, Streaming = streaming }));

    private static Task<WhatIfReport> RunAsync(TrafficLog log, SimulatedWorld world, params WhatIfPolicy[] policies) => Sira.Simulation.Replay.WhatIf.RunAsync(log, policies, world, TestContext.Current.CancellationToken);

    [Fact]
    public async Task Costs_AreTokensTimesPrices_ForEachPolicy()
    {
        var report = await RunAsync(Log(100), World(), Mini, Nano);

        // 1,000 at $0.40 and 500 at $1.60 per million; 1,000 at $0.10 and 500 at $0.40.
        Assert.Equal([0.12m, 0.03m], report.Policies.Select(static policy => policy.Cost));
        Assert.All(report.Policies, static policy => Assert.Equal((100, 100, 1.0, 100, 0, 0m), (policy.Requests, policy.Answered, policy.Availability, policy.Attempts, policy.UnpricedAttempts, policy.EstimatedCost)));
        Assert.Contains("would have cost $0.03 instead of $0.12, 75.0 % less than under 'mini'", Assert.Single(report.Advice), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Latency_IsFirstTokenPlusLengthAtSpeed(bool streaming)
    {
        var world = World(backend => (backend.FirstToken, backend.LatencySpread, backend.FirstTokenPerThousandInputTokens, backend.TokensPerSecond) = (TimeSpan.FromMilliseconds(400), 0, TimeSpan.FromMilliseconds(100), 499));

        var policy = Assert.Single((await RunAsync(Log(20, streaming: streaming), world, Mini)).Policies);

        Assert.InRange(policy.Latency.P50.TotalSeconds, 1.499, 1.515);
        Assert.InRange(policy.Latency.P99.TotalSeconds, 1.499, 1.515);
        Assert.Equal((20, streaming ? 20 : 0), (policy.Latency.Count, policy.FirstToken.Count));
        Assert.InRange(policy.FirstToken.P95.TotalSeconds, streaming ? 0.5 : 0, streaming ? 0.501 : 0);
    }

    [Fact]
    public async Task Outage_SendsAnswersToTheFallback_OrFailsRequests()
    {
        var alone = new WhatIfPolicy("alone", sira => sira.AddRoute("default", route => route.To("openai/gpt-4.1-mini").Retry(retry => retry.MaxRetriesPerTarget = 0)));
        var world = World(backend => backend.Faults = faults => faults.Between(TimeSpan.FromMinutes(20), TimeSpan.FromMinutes(40), Fault.Unavailable()));

        var report = await RunAsync(Log(60), world, Mini, alone);

        var (first, second) = (report.Policies[0], report.Policies[1]);
        Assert.Equal(60, first.Answered);
        Assert.InRange(first.FallbackShare, 0.33, 0.45);
        Assert.Contains(first.Sources, static source => source is { Target: "anthropic/claude-haiku-4-5", IsFallback: true });
        Assert.InRange(first.AttemptsPerRequest, 1.01, 2);
        Assert.Equal((40, 20), (second.Answered, second.Failures["AttemptsFailed/Overloaded"]));
        Assert.Equal(2.0 / 3, second.Availability, 6);
    }

    [Theory]
    [InlineData(30, null, null)]
    [InlineData(null, 45_000L, null)]
    [InlineData(null, null, 2)]
    public async Task LimitsOfAProvider_AreRefusedWith429(int? requests, long? tokens, int? concurrency)
    {
        var world = World(backend => (backend.RequestsPerMinute, backend.TokensPerMinute, backend.MaximumConcurrency) = (requests, tokens, concurrency));

        var policy = Assert.Single((await RunAsync(Log(120, TimeSpan.FromSeconds(1)), world, Mini)).Policies);

        Assert.Equal(120, policy.Answered);
        Assert.InRange(policy.FallbackShare, 0.2, 0.95);
    }

    [Fact]
    public async Task UnknownPrices_AreCountedAndNotTakenForZero_AndPricesOfTheWorldHold()
    {
        var mystery = new WhatIfPolicy("mystery", sira => sira.AddRoute("default", route => route.To("openai/mystery")));
        var unknown = await RunAsync(Log(10), World(), mystery);
        var known = await RunAsync(Log(10), World(backend => backend.Prices["mystery"] = new ModelPricing { Input = 1, Output = 2 }), mystery);

        Assert.Equal((0m, 10), (unknown.Policies[0].Cost, unknown.Policies[0].UnpricedAttempts));
        Assert.Equal((0.02m, 0), (known.Policies[0].Cost, known.Policies[0].UnpricedAttempts));
    }

    [Fact]
    public async Task PolicyOfAFile_IsRunAsTheFileSays()
    {
        var file = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Sira:Backends:main:Kind"] = "openai",
            ["Sira:Backends:main:ApiKey"] = "a real secret",
            ["Sira:Routes:default:Targets:0"] = "main/gpt-4.1-nano",
            ["Sira:Routes:default:Budget:Requests"] = "7",
        }).Build();
        var policy = new WhatIfPolicy("file", sira => sira.Services.AddSingleton<IConfiguration>(file));

        var report = await RunAsync(Log(10), new SimulatedWorld().AddBackend("main"), policy);

        Assert.Equal((7, 3), (report.Policies[0].Answered, report.Policies[0].Failures["BudgetExceeded"]));
    }

    [Fact]
    public async Task BackendThatTheWorldDoesNotHave_IsRefused_AndNeverCalled()
    {
        var asked = false;
        var policy = new WhatIfPolicy("real", sira => sira
            .AddBackend("mine", _ =>
            {
                asked = true;
                throw new InvalidOperationException();
            })
            .AddRoute("default", route => route.To("openai/gpt-4.1-mini").FallBackTo("gemini/gemini-2.5-flash")).AddGemini("gemini", options => options.ApiKeys.Add("k")));

        var exception = await Assert.ThrowsAsync<SiraConfigurationException>(() => RunAsync(Log(1), World(), policy));

        Assert.Contains("gemini", exception.Message, StringComparison.Ordinal);
        Assert.False(asked);
    }

    [Fact]
    public async Task ClientOfAPolicy_IsSimulatedUnderItsName()
    {
        var policy = new WhatIfPolicy("own", sira => sira.AddBackend("mine", _ => throw new InvalidOperationException("It was made.")).AddRoute("default", route => route.To("mine/llama")));

        var report = await RunAsync(Log(3), new SimulatedWorld().AddBackend("mine", backend => backend.Kind = "openai-compatible"), policy);

        Assert.Equal(3, report.Policies[0].Answered);
    }

    [Fact]
    public async Task SyntheticTraffic_OnFaultyProviders_GivesEqualReportsEachTime()
    {
        var log = new SyntheticTraffic { Duration = TimeSpan.FromHours(10), PeakRequestsPerMinute = 2 }.Generate();
        SimulatedWorld Faulty() => World(backend =>
        {
            backend.RequestsPerMinute = 5;
            backend.Faults = faults => faults.WithProbability(0.1, Fault.ServerError()).WithProbability(0.05, Fault.CutAfter(3)).WithProbability(0.02, Fault.NeverAnswers());
        });

        var first = await RunAsync(log, Faulty(), Mini, Nano);
        var second = await RunAsync(log, Faulty(), Mini, Nano);

        Assert.Equal(first.ToString(), second.ToString());
        Assert.Equal(first.ToJson(), second.ToJson());
        Assert.All(first.Policies, static policy => Assert.InRange(policy.Availability, 0.5, 0.999));
        Assert.True(first.Policies[0].EstimatedCost > 0);
    }

    [Fact]
    public async Task RecordedTraffic_Replayed_CostsWhatItCost()
    {
        var records = new List<TrafficRecord>();
        var cost = 0m;
        await using (var sira = new SimulatedSira("chat", configure: builder => builder.RecordTraffic(records.Add)))
        {
            for (var i = 0; i < 20; i++)
            {
                var response = await sira.AskAsync(streaming: i % 2 == 0, text: string.Join(' ', Enumerable.Repeat("word", 10 * (i + 1))));
                cost += Decisions.RouteDecisionExtensions.GetRouteDecision(response)!.Cost!.Value;
            }
        }

        var report = await RunAsync(new TrafficLog(records), World(), Mini);

        Assert.Equal((20, cost), (report.Policies[0].Answered, report.Policies[0].Cost));
    }

    [Fact]
    public async Task Features_LimitsAndModels_OfARecordAreAskedForAgain()
    {
        var log = new TrafficLog(
        [
            new TrafficRecord { At = TimeSpan.Zero, InputTokens = 10, OutputTokens = 100, MaxOutputTokens = 40, Features = ["Tools", "JsonSchemaOutput", "ImageInput"] },
            new TrafficRecord { At = TimeSpan.Zero, InputTokens = 10, OutputTokens = 100, Features = ["AudioInput"] },
            new TrafficRecord { At = TimeSpan.FromSeconds(1), InputTokens = 10, OutputTokens = 100, Model = "openai/gpt-4.1-nano" },
            new TrafficRecord { At = TimeSpan.FromSeconds(2), InputTokens = 10, OutputTokens = 100, Model = "gone" },
        ]);

        var report = await RunAsync(log, World(), Mini, Mini with { Name = "one route", Route = "default" });

        Assert.Equal((2, 1, 1), (report.Policies[0].Answered, report.Policies[0].Failures["NoCandidate"], report.Policies[0].Failures["UnknownModel"]));
        Assert.Equal(((10 * 0.4m) + (40 * 1.6m) + (10 * 0.1m) + (100 * 0.4m)) / 1_000_000, report.Policies[0].Cost);
        Assert.Equal(3, report.Policies[1].Answered);
    }

    [Fact]
    public async Task Report_IsATableWithAlignedColumns_AndJson()
    {
        var report = await RunAsync(Log(3), World(), Mini, Nano);

        var lines = report.ToString().Split(Environment.NewLine);
        var cost = Assert.Single(lines, static line => line.StartsWith("cost ", StringComparison.Ordinal));
        Assert.Equal(["cost", "$0.0036", "$0.0009", "-75.0", "%"], cost.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal(lines[0].Length, cost.Length);
        using var json = JsonDocument.Parse(report.ToJson());
        Assert.Equal(0.0009m, json.RootElement.GetProperty("policies")[1].GetProperty("costUsd").GetDecimal());
    }

    [Fact]
    public async Task NoPolicies_OrTwoOfOneName_AreRefused()
    {
        await Assert.ThrowsAsync<ArgumentException>(() => RunAsync(Log(1), World()));
        await Assert.ThrowsAsync<ArgumentException>(() => RunAsync(Log(1), World(), Mini, Mini));
    }
}
