using Microsoft.Extensions.DependencyInjection;
using Sira.Gateway.Ledger;
using Sira.Gateway.Tests.Support;
using static Sira.Gateway.Tests.Ledger.LedgerBackend;

namespace Sira.Gateway.Tests.Ledger;

public sealed class LedgerQueryTests : IAsyncLifetime
{
    private static readonly DateOnly First = new(2026, 1, 1);
    private readonly TestBackend backend = Priced();
    private readonly TestGateway gateway;

    public LedgerQueryTests() =>
        gateway = new TestGateway(sira => sira.AddRoute("default", route => route.To("a/m")).AddRoute("Batch", route => route.To("a/m")), backend);

    private IUsageLedger Ledger => gateway.Sira.Ledger;

    // Two days of two tenants: acme 1 + 2 calls, bolt 1 + 0, nobody 0 + 1.
    public async ValueTask InitializeAsync()
    {
        await AskAsync("acme", "ann");
        await AskAsync("bolt", "bob");
        gateway.Clock.Advance(TimeSpan.FromDays(1));
        await AskAsync("acme", "ann");
        await AskAsync("acme", "amy", "batch");
        await AskAsync(null, null);
    }

    public ValueTask DisposeAsync() => gateway.DisposeAsync();

    private async Task AskAsync(string? tenant, string? user, string? route = null)
    {
        backend["m"].Reply(Answer(Usage()));
        var options = For(tenant, user);
        options.ModelId = route is null ? null : "@" + route;
        await gateway.AskAsync(streaming: false, options);
    }

    [Fact]
    public void NoGrouping_OneRowForAll()
    {
        var row = Assert.Single(Ledger.Query(new LedgerQuery()));

        Assert.Equal((5, 5 * Cost, 5 * 120L), (row.Answered, row.Cost, row.TotalTokens));
        Assert.Equal((null, First, First.AddDays(1)), (row.Day, row.FirstDay, row.LastDay));
    }

    [Fact]
    public void DayAndTenant_AreOrdered_WithoutAValueFirst()
    {
        var rows = Ledger.Query(new LedgerQuery { GroupBy = LedgerDimensions.Day | LedgerDimensions.Tenant });

        Assert.Equal([(First, "acme", 1), (First, "bolt", 1), (First.AddDays(1), null, 1), (First.AddDays(1), "acme", 2)], rows.Select(row => (row.Day!.Value, row.Tenant, (int)row.Answered)));
        Assert.All(rows, row => Assert.Equal((null, null, null), (row.User, row.Route, row.Target)));
    }

    [Fact]
    public void EveryGrouping_SumsUpToTheSame()
    {
        for (var dimensions = LedgerDimensions.None; dimensions <= LedgerDimensions.All; dimensions++)
        {
            var rows = Ledger.Query(new LedgerQuery { GroupBy = dimensions });
            Assert.Equal((dimensions, 5L, 5 * Cost), (dimensions, rows.Sum(row => row.Attempts), rows.Sum(row => row.Cost)));
            Assert.Equal(rows.Count, rows.Select(row => (row.Day, row.Tenant, row.User, row.Route, row.Target, row.Model)).Distinct().Count());
        }
    }

    [Fact]
    public void Model_IsTheTargetsOwn() =>
        Assert.Equal(("m", 5L), Assert.Single(Ledger.Query(new LedgerQuery { GroupBy = LedgerDimensions.Model }).Select(row => (row.Model, row.Attempts))));

    [Fact]
    public void Filters_AreAllMet()
    {
        Assert.Equal(3, Count(new LedgerQuery { Tenant = "acme" }));
        Assert.Equal(2, Count(new LedgerQuery { Tenant = "acme", User = "ann" }));
        Assert.Equal(1, Count(new LedgerQuery { Tenant = string.Empty }));
        Assert.Equal(5, Count(new LedgerQuery { Team = string.Empty, Key = string.Empty, Variant = string.Empty }));
        Assert.Equal(1, Count(new LedgerQuery { Route = "BATCH" }));
        Assert.Equal(0, Count(new LedgerQuery { Tenant = "ACME" }));
        Assert.Equal(5, Count(new LedgerQuery { Target = "a/m", Model = "m" }));
        Assert.Equal(0, Count(new LedgerQuery { Target = "a/n" }));
    }

    [Fact]
    public void Days_AreInclusive()
    {
        Assert.Equal(2, Count(new LedgerQuery { To = First }));
        Assert.Equal(3, Count(new LedgerQuery { From = First.AddDays(1) }));
        Assert.Equal(5, Count(new LedgerQuery { From = First, To = First.AddDays(1) }));
        Assert.Equal(0, Count(new LedgerQuery { From = First.AddDays(2), To = DateOnly.MaxValue }));
    }

    [Fact]
    public void NothingFound_IsAZeroRow_OnlyWithoutGrouping()
    {
        Assert.Equal(new LedgerRow(), Assert.Single(Ledger.Query(new LedgerQuery { Tenant = "nobody" })));
        Assert.Empty(Ledger.Query(new LedgerQuery { Tenant = "nobody", GroupBy = LedgerDimensions.Day }));
    }

    [Fact]
    public void ImpossibleQueries_AreRefused_WithTheFix()
    {
        Assert.Throws<ArgumentNullException>(() => Ledger.Query(null!));
        Assert.Contains("ends on 2026-01-01, before it begins on 2026-01-02", Assert.Throws<ArgumentException>(() => Ledger.Query(new LedgerQuery { From = First.AddDays(1), To = First })).Message, StringComparison.Ordinal);
        Assert.Contains("GroupBy is 512", Assert.Throws<ArgumentException>(() => Ledger.Query(new LedgerQuery { GroupBy = (LedgerDimensions)512 })).Message, StringComparison.Ordinal);
    }

    private long Count(LedgerQuery query) => Ledger.Query(query).Single().Attempts;
}
