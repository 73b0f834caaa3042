using Sira.Gateway.Ledger;
using Sira.Kernel.Backup;
using Sira.Kernel.Resources;
using static Sira.Tests.Operations.OperatedSira;

namespace Sira.Tests.Operations;

public sealed class BackupTests : IDisposable
{
    private static readonly DateTimeOffset Start = new(2026, 5, 6, 7, 8, 9, TimeSpan.Zero);
    private readonly string path = Path.Combine(Path.GetTempPath(), $"sira-{Guid.NewGuid():N}.bak");

    public void Dispose() => File.Delete(path);

    [Fact]
    public async Task Restart_WithABackup_GoesOnWithBudgetsLedgerAndAppliedChanges()
    {
        (string, string)[] settings = [("Routes:default:Targets", "a/m"), ("Routes:default:Budget:Requests", "5"), ("Budget:Tokens", "1000"), ("Budget:For", "Tenant"), ("Budget:Window", "CalendarMonth")];
        IReadOnlyList<LedgerRow> rows;
        await using (var before = new OperatedSira(start: Start, settings: settings))
        {
            await before.Configuration.ApplyAsync(Changes(("Routes:default:Targets", "b/m")), "ann", "a is slow");
            for (var i = 0; i < 3; i++)
            {
                await before.AskAsync($"tenant {i % 2}");
            }

            rows = before.Get<IUsageLedger>().Query(new LedgerQuery { GroupBy = LedgerDimensions.All });
            await before.Get<IStateBackup>().SaveAsync(path);
        }

        await using var after = new OperatedSira(start: Start + TimeSpan.FromMinutes(10), settings: settings);
        await after.AskAsync("tenant 0");
        var report = await after.Get<IStateBackup>().RestoreAsync(path);

        Assert.Equal(["circuit-breakers", "configuration", "resource-pools", "usage-ledger"], report.Sections.Select(section => section.Name).Order());
        Assert.Empty(report.Missing);
        Assert.Equal(4, after.Get<ResourcePoolRegistry>().Pools.Single(pool => pool.Limit == 5).Used);
        var family = after.Get<ResourcePoolRegistry>().Families.Single();
        Assert.Equal([3, 1], ((string[])["tenant 0", "tenant 1"]).Select(tenant => Used(family, tenant) / 15));
        var restored = after.Get<IUsageLedger>().Query(new LedgerQuery { GroupBy = LedgerDimensions.All });
        Assert.Equal(rows, restored.Where(row => row.Target == "b/m"));
        Assert.Equal(4, Assert.Single(after.Get<IUsageLedger>().Query(new LedgerQuery())).Answered);
        Assert.Equal("b/m", (await after.AskAsync("tenant 0")).Target);
        Assert.Null((await after.AskAsync("tenant 0")).Target);
    }

    private static long Used(ResourcePoolFamily family, string tenant) => family.TryGet(tenant, out var pool) ? pool.Used : -1;
}
