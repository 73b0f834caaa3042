using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Sira.Kernel.Configuration;
using Sira.Kernel.Configuration.Versions;
using Sira.Kernel.Diagnostics.Inspection;
using Sira.Kernel.Health;
using Sira.Kernel.Health.Status;
using Sira.Kernel.Registry;
using Sira.Simulation;

namespace Sira.Tests.Operations;

public class StatusTests
{
    [Fact]
    public async Task Health_FollowsTheTargetsOfRoutes()
    {
        await using var sira = new OperatedSira(settings: [("Routes:default:Targets", "a/m, b/m"), ("Routes:other:Targets", "b/m")]);
        var health = sira.Get<ISiraHealth>();
        Assert.Equal(HealthStatus.Healthy, health.Check().Status);

        Break(sira, "a/m");
        Assert.Equal(HealthStatus.Degraded, health.Check().Status);
        Assert.Equal(["routes: The route 'default' does without 1 of its 2 targets, which failed and rest: a/m (for 30 s)."], health.Check().Reasons);
        Break(sira, "b/m");

        Assert.Equal(HealthStatus.Unhealthy, health.Check().Status);
        Assert.Contains("routes: The route 'other' has no target that may be called; these failed and rest: b/m (for 30 s).", health.Check().Reasons);
        sira.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(HealthStatus.Healthy, health.Check().Status);
    }

    [Fact]
    public async Task Diagnostics_ShowRecentDecisions_WithoutContent_WhenSwitchedOn()
    {
        await using var sira = new OperatedSira(settings: [("Routes:default:Targets", "a/m, b/m"), ("Routes:default:Balancer", "ordered"), ("Routes:default:Queue:MaxLength", "7"), ("Diagnostics:RecentDecisions", "3")]);
        for (var i = 0; i < 4; i++)
        {
            await sira.AskAsync(streaming: i % 2 == 0);
            sira.Clock.Advance(TimeSpan.FromSeconds(1));
        }

        sira.IsFailing.Add("a");
        await sira.AskAsync();
        var snapshot = sira.Get<ISiraInspector>().Inspect();

        Assert.Equal(["AttemptsFailed", "Answered", "Answered"], snapshot.Decisions.Select(decision => decision.Outcome));
        Assert.Equal(["a/m → BadRequest"], snapshot.Decisions[0].Trail);
        Assert.Equal(("default", "a/m", 1L, 1), (snapshot.Decisions[1].Route, snapshot.Decisions[1].Target, snapshot.Decisions[1].ConfigurationVersion, snapshot.Decisions[1].Attempts));
        Assert.Equal("AttemptsFailed", Assert.Single(sira.Get<ISiraInspector>().Inspect(new DecisionFilter(Outcome: "attemptsfailed")).Decisions).Outcome);
        Assert.Equal([("route default", 7)], snapshot.Queues.Select(queue => (queue.Name, queue.Capacity)));
        Assert.Equal("0", snapshot.Facts["gateway"]["calls in flight"]);
        var json = JsonSerializer.Serialize(snapshot, DiagnosticsJsonContext.Default.DiagnosticsSnapshot);
        Assert.DoesNotContain("garden", json, StringComparison.Ordinal);
        Assert.DoesNotContain("ivy", json, StringComparison.Ordinal);

        sira.Edit(("Diagnostics:RecentDecisions", "1"));
        Assert.Equal("AttemptsFailed", Assert.Single(sira.Get<ISiraInspector>().Inspect().Decisions).Outcome);
        sira.Edit(("Diagnostics:RecentDecisions", "0"));
        await sira.AskAsync();
        Assert.Empty(sira.Get<ISiraInspector>().Inspect().Decisions);
    }

    [Fact]
    public async Task Host_ChecksHealth_AndAsksValidatorsAtStart()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddSira(sira => sira.AddSimulatedBackends().AddRoute("default", route => route.To("openai/gpt-4.1-mini")));
        builder.Services.AddHealthChecks().AddCheck<SiraHealthCheck>("sira");
        using (var host = builder.Build())
        {
            await host.StartAsync();
            Assert.Equal(HealthStatus.Healthy, (await host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync()).Entries["sira"].Status);
            await host.StopAsync();
        }

        builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddSira(sira => sira.AddSimulatedBackends().AddRoute("default", route => route.To("openai/gpt-4.1-mini")));
        builder.Services.AddSingleton<IConfigurationValidator, Never>();
        using var refused = builder.Build();
        var exception = await Assert.ThrowsAsync<SiraConfigurationException>(() => refused.StartAsync());
        Assert.Contains("not on a Sunday", exception.Message, StringComparison.Ordinal);
    }

    private static void Break(OperatedSira sira, string target)
    {
        var breaker = sira.Get<IServiceRegistry>().GetSnapshot("models").Endpoints.Single(endpoint => endpoint.Id == target).Breaker;
        breaker.Reconfigure(breaker.Options with { Jitter = 0 });
        breaker.TryEnter(out var permit);
        breaker.Record(permit, CircuitOutcome.Failure, TimeSpan.FromSeconds(30));
    }

    private sealed class Never : IConfigurationValidator
    {
        public string Name => "calendar";

        public ValueTask ValidateAsync(ConfigurationProposal proposal, CancellationToken cancellationToken)
        {
            proposal.Errors.Add(proposal.Path, "not on a Sunday.", "Wait for Monday.");
            return ValueTask.CompletedTask;
        }
    }
}
