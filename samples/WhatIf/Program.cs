using Microsoft.Extensions.DependencyInjection;
using Sira.Gateway.Strategies;
using Sira.Simulation.Faults;
using Sira.Simulation.Replay;
using Sira.Simulation.Traffic;

// dotnet run --project samples/WhatIf                    a made-up day
// dotnet run --project samples/WhatIf -- traffic.jsonl   a day that RecordTraffic("traffic.jsonl") has recorded
// Nothing leaves this process: the gateway is the real one, the providers are simulated, and the clock is virtual.
TrafficLog log;
if (args.Length > 0)
{
    await using var file = File.OpenRead(args[0]);
    log = await TrafficLog.ReadAsync(file);
}
else
{
    log = new SyntheticTraffic { PeakRequestsPerMinute = 6 }.Generate();
}

// The providers of that day: one is down for twenty minutes before noon and limits requests, another is a little slow.
var world = new SimulatedWorld { Seed = 7 }
    .AddBackend("openai", backend =>
    {
        backend.FirstToken = TimeSpan.FromMilliseconds(450);
        backend.TokensPerSecond = 110;
        backend.RequestsPerMinute = 12;
        backend.Faults = faults => faults
            .Between(TimeSpan.FromHours(10), TimeSpan.FromHours(10) + TimeSpan.FromMinutes(20), Fault.Unavailable())
            .WithProbability(0.002, Fault.ServerError());
    })
    .AddBackend("anthropic", backend =>
    {
        backend.FirstToken = TimeSpan.FromMilliseconds(600);
        backend.Faults = faults => faults.WithProbability(0.005, Fault.Overloaded());
    })
    .AddBackend("gemini", backend =>
    {
        backend.FirstToken = TimeSpan.FromMilliseconds(700);
        backend.TokensPerSecond = 160;
        backend.Faults = faults => faults.WithProbability(0.003, Fault.CutAfter(4));
    });

WhatIfPolicy[] policies =
[
    new("ordered", sira => sira.AddRoute("default", route => route
        .To("openai/gpt-4.1-mini")
        .FallBackTo("anthropic/claude-haiku-4-5"))),
    new("lowest-cost", sira => sira.AddRoute("default", route => route
        .To("openai/gpt-4.1-nano", "gemini/gemini-2.5-flash-lite", "openai/gpt-4.1-mini")
        .FallBackTo("anthropic/claude-haiku-4-5")
        .Strategy(RoutingStrategies.LowestCost))),
];

Console.WriteLine($"{log.Records.Count} requests in {log.Duration.TotalHours:0.0} hours.");
Console.WriteLine();
Console.Write(await WhatIf.RunAsync(log, policies, world));
