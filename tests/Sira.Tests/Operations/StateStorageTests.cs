using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Sira.Decisions;
using Sira.Gateway.Ledger;
using Sira.Kernel.Configuration.Versions;
using Sira.Kernel.Health.Status;
using Sira.Kernel.Resources;
using Sira.Storage.Engines.Sqlite;
using Sira.Storage.State;
using Sira.Testing;
using Sira.Testing.Messaging;
using static Sira.Tests.Operations.OperatedSira;

namespace Sira.Tests.Operations;

/// <summary>All of Sira over one file, restarted.</summary>
public sealed class StateStorageTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("sira-state").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task Restart_OfAHost_GoesOnWithLedgerBudgetsAndAppliedChanges()
    {
        IReadOnlyList<LedgerRow> rows;
        using (var host = Build())
        {
            await host.StartAsync();
            await host.Services.GetRequiredService<ISiraConfiguration>().ApplyAsync(Changes(("Routes:default:Targets", "b/m")), "ann", "a is slow");
            for (var i = 0; i < 3; i++)
            {
                await AskAsync(host);
            }

            rows = host.Services.GetRequiredService<IUsageLedger>().Query(new LedgerQuery { GroupBy = LedgerDimensions.All });
            await host.StopAsync();
        }

        using var after = Build();
        await after.StartAsync();
        var decision = await AskAsync(after);

        Assert.Equal("b/m", decision.Target);
        Assert.Equal(4, after.Services.GetRequiredService<ResourcePoolRegistry>().Pools.Single(pool => pool.Limit == 5).Used);
        Assert.Equal(3, Assert.Single(rows).Answered);
        Assert.Equal(4, Assert.Single(after.Services.GetRequiredService<IUsageLedger>().Query(new LedgerQuery())).Answered);
        var versions = after.Services.GetRequiredService<ISiraConfiguration>().Versions;
        Assert.Equal(["start", "a is slow"], versions.Where(static version => version.OriginalNumber is not null).Select(static version => version.Reason));
        var health = after.Services.GetRequiredService<ISiraHealth>().Check().Components.Single(static component => component.Name == "state");
        Assert.Equal(Microsoft.Extensions.Diagnostics.HealthChecks.HealthStatus.Healthy, health.Status);
        Assert.Contains("savedAt", health.Data.Keys);
        await after.StopAsync();
    }

    [Fact]
    public async Task ChangeOfTheConfiguration_IsKeptAtOnce()
    {
        using var host = Build();
        await host.StartAsync();
        var keeper = host.Services.GetRequiredService<IStateKeeper>();
        var before = keeper.SavedAt;

        await host.Services.GetRequiredService<ISiraConfiguration>().ApplyAsync(Changes(("Routes:default:Targets", "b/m")), "ann", "a is slow");

        await Eventually.HoldsAsync(() => keeper.SavedAt > before, "the change is kept, long before the interval has passed");
        await host.StopAsync();
    }

    private static async Task<RouteDecision> AskAsync(IHost host) =>
        (await host.Services.GetRequiredService<IChatClient>().GetResponseAsync("Where is the secret garden?")).GetRouteDecision()!;

    private static ScriptedChatClient Client() => new ScriptedChatClient().Reply("Behind the ivy.").Reply("Behind the ivy.").Reply("Behind the ivy.");

    private IHost Build()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        foreach (var (key, value) in (IEnumerable<(string, string)>)[("Routes:default:Targets", "a/m"), ("Routes:default:Budget:Requests", "5"), ("State:Interval", "00:10:00"), ("State:Lease", "00:30:00")])
        {
            builder.Configuration["Sira:" + key] = value;
        }

        builder.Services.AddSira(sira => sira
            .AddSqliteStorage(options: new SqliteEngineOptions { Path = Path.Combine(folder, "sira.db") })
            .AddStateStorage()
            .AddBackend("a", static _ => Client())
            .AddBackend("b", static _ => Client()));
        return builder.Build();
    }
}
