using Microsoft.Extensions.Configuration;
using Sira.Decisions;
using Sira.Errors;
using Sira.Gateway.Tests.Support;
using Sira.Kernel.Configuration;
using Sira.Simulation.Time;

namespace Sira.Gateway.Tests.Capacity;

/// <summary>Limits, queues and shares from a file, and their change while calls run.</summary>
public class CapacityReloadTests
{
    private static IConfigurationRoot Json(params (string Key, string Value)[] entries) =>
        new ConfigurationBuilder().AddInMemoryCollection(entries.ToDictionary(static entry => "Sira:" + entry.Key, static entry => (string?)entry.Value)).Build();

    private static void Set(IConfigurationRoot configuration, string key, string? value)
    {
        configuration["Sira:" + key] = value;
        configuration.Reload();
    }

    [Fact]
    public async Task RaisedLimit_LetsThoseWhoWaitGoOn_AndLoweredOne_HoldsForThoseWhoCome()
    {
        var configuration = Json(("Limits:0:Target", "a"), ("Limits:0:Concurrency", "1"), ("Routes:default:Targets", "a/m"), ("Routes:default:Queue:MaxLength", "20"), ("Routes:default:Queue:MaxWait", "20s"));
        await using var paced = new PacedGateway(configuration: configuration);
        paced.A.Milliseconds = static _ => 1000;
        await paced.Gateway.Clock.RunAsync(async () =>
        {
            var before = paced.Gateway.Clock.GetUtcNow();
            var calls = Enumerable.Range(0, 8).Select(_ => paced.BeginAsync()).ToArray();
            Assert.Equal(1, paced.A.Open);
            Set(configuration, "Limits:0:Concurrency", "4");
            Assert.Equal(4, paced.A.Open);
            await Task.WhenAll(calls);
            Assert.Equal(TimeSpan.FromSeconds(2), paced.Gateway.Clock.GetUtcNow() - before);

            calls = [.. Enumerable.Range(0, 4).Select(_ => paced.BeginAsync())];
            Set(configuration, "Limits:0:Concurrency", "2");
            calls = [.. calls, .. Enumerable.Range(0, 4).Select(_ => paced.BeginAsync())];
            Assert.Equal(4, paced.A.Open);
            await Task.WhenAll(calls);
            Assert.Equal(TimeSpan.FromSeconds(5), paced.Gateway.Clock.GetUtcNow() - before);
        });
        Assert.Equal(4, paced.A.MostOpen);
        paced.AssertIdle();
    }

    [Fact]
    public async Task RequestsPerMinute_AreRemembered_AcrossAReload()
    {
        var configuration = Json(("Limits:0:Target", "a"), ("Limits:0:RequestsPerMinute", "3"));
        await using var paced = new PacedGateway(configuration: configuration);
        for (var i = 0; i < 4; i++)
        {
            await paced.AskAsync(streaming: false);
        }

        Assert.Equal((3, 1), (paced.A.Calls, paced.B.Calls));
        Set(configuration, "Limits:0:RequestsPerMinute", "4");
        await paced.AskAsync(streaming: false);
        await paced.AskAsync(streaming: false);

        Assert.Equal((4, 2), (paced.A.Calls, paced.B.Calls));
    }

    [Fact]
    public async Task QueueThatIsTakenAway_RefusesThoseWhoCome()
    {
        var configuration = Json(("Limits:0:Target", "a"), ("Limits:0:Concurrency", "1"), ("Routes:default:Targets", "a/m"), ("Routes:default:Queue:MaxLength", "5"));
        await using var paced = new PacedGateway(configuration: configuration);
        await paced.Gateway.Clock.RunAsync(async () =>
        {
            var calls = Task.WhenAll(paced.BeginAsync(), paced.BeginAsync());
            Set(configuration, "Routes:default:Queue:MaxLength", "0");

            var failure = await Assert.ThrowsAsync<RequestFailedException>(() => paced.BeginAsync());

            Assert.Equal(RequestFailureKind.Overloaded, failure.Kind);
            await calls;
        });
        paced.AssertIdle();
    }

    [Fact]
    public async Task MaxHedgeShare_Changes()
    {
        var configuration = Json(("MaxHedgeShare", "0"), ("Routes:default:Hedging:Enabled", "true"), ("Routes:default:Hedging:Delay", "100ms"));
        await using var paced = new PacedGateway(configuration: configuration);
        paced.A.Milliseconds = static _ => 1000;
        Assert.Single((await paced.AskAsync(streaming: false)).GetRouteDecision()!.Attempts);

        Set(configuration, "MaxHedgeShare", "1");

        Assert.Equal(2, (await paced.AskAsync(streaming: false)).GetRouteDecision()!.Attempts.Count);
    }

    [Fact]
    public void Mistakes_AreToldAllAtOnce()
    {
        var failure = Assert.Throws<SiraConfigurationException>(() => new PacedGateway(configuration: Json(
            ("Limits:0:Target", "c/x"), ("Limits:0:Concurrency", "1"),
            ("Limits:1:Target", "a"),
            ("Limits:2:Target", "b"), ("Limits:2:RequestsPerMinute", "0"),
            ("Limits:3:Target", "A"), ("Limits:3:Adaptive", "true"), ("Limits:3:Speed", "9"),
            ("MaxHedgeShare", "1.5"),
            ("ProviderBreaker:BreakDuration", "0s"),
            ("Routes:default:Queue:MaxWait", "0s"),
            ("Routes:default:Hedging:MinDelay", "20s"),
            ("Routes:default:Retry:Budget:TimeToLive", "0s"),
            ("Routes:default:StreamRecovery:0", "Rewind"),
            ("Routes:default:MaxBreakerWait", "soon"))).Gateway.Sira.Routes);

        Assert.All(
            (string[])["Sira:Limits:0:Target", "Sira:Limits:1", "Sira:Limits:2:RequestsPerMinute", "Sira:Limits:3:Target", "Sira:Limits:3:Speed", "Sira:MaxHedgeShare", "Sira:ProviderBreaker:BreakDuration", "Sira:Routes:default:Queue:MaxWait", "Sira:Routes:default:Hedging:MinDelay", "Sira:Routes:default:Retry:Budget:TimeToLive", "Sira:Routes:default:StreamRecovery", "Sira:Routes:default:MaxBreakerWait"],
            path => Assert.Contains(path, failure.Message, StringComparison.Ordinal));
    }
}
