using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Sira.Gateway.Ledger;
using Sira.Gateway.Tests.Support;
using Sira.Kernel.Configuration;
using static Sira.Gateway.Tests.Ledger.LedgerBackend;

namespace Sira.Gateway.Tests.Ledger;

public class LedgerBoundTests
{
    private static readonly DateOnly First = new(2026, 1, 1);

    private static TestGateway Gateway(TestBackend backend, Action<LedgerOptions> configure) =>
        new(sira => sira.AddRoute("default", route => route.To("a/m")).ConfigureGateway(options => configure(options.Ledger)), backend);

    private static async Task AskAsync(TestGateway gateway, TestBackend backend, string? tenant, string? user = null, string? model = null)
    {
        var options = For(tenant, user);
        options.ModelId = model;
        (model is null ? backend["m"] : backend[model[2..]]).Reply(Answer(Usage()));
        await gateway.AskAsync(streaming: false, options);
    }

    private static IReadOnlyList<LedgerRow> All(TestGateway gateway) => gateway.Sira.Ledger.Query(new LedgerQuery { GroupBy = LedgerDimensions.All });

    [Fact]
    public async Task ManyUsers_AreFoldedBeyondTheMaximum_AndSumsStayExact()
    {
        var a = Priced();
        await using var gateway = Gateway(a, options => options.MaximumCells = 20);

        for (var i = 0; i < 50; i++)
        {
            await AskAsync(gateway, a, "acme", $"user-{i}");
        }

        // Those that were there before go on being told apart.
        await AskAsync(gateway, a, "acme", "user-3");
        var rows = All(gateway);
        Assert.Equal(19, rows.Count);
        Assert.Equal((32, "acme", "default", "a/m"), rows.Where(row => row.User == "(other)").Select(row => (row.Attempts, row.Tenant, row.Route, row.Target)).Single());
        Assert.Equal(2, rows.Single(row => row.User == "user-3").Attempts);
        Assert.Equal((51, 51 * Cost), (rows.Sum(row => row.Attempts), rows.Sum(row => row.Cost)));
    }

    [Fact]
    public async Task ManyTenantsAndModels_AreFoldedIntoOneCell_WhenNothingElseIsLeft()
    {
        var a = Priced();
        await using var gateway = Gateway(a, options => options.MaximumCells = 20);

        for (var i = 0; i < 50; i++)
        {
            await AskAsync(gateway, a, $"tenant-{i}", "user", i % 2 == 0 ? null : $"a/model-{i}");
        }

        var rows = All(gateway);
        Assert.Equal(21, rows.Count);
        Assert.Equal((30, "(other)", "(other)", "(other)", "(other)"), rows.Where(row => row.Tenant == "(other)").Select(row => (row.Attempts, row.Tenant, row.Route, row.Target, row.Model)).Single());
        Assert.Equal((50, 25, 25 * Cost), (rows.Sum(row => row.Attempts), rows.Sum(row => row.UnpricedAttempts), rows.Sum(row => row.Cost)));
    }

    [Fact]
    public async Task OldDays_LoseTheirUsersFirst_SoThatTodayKeepsIts()
    {
        var a = Priced();
        await using var gateway = Gateway(a, options => options.MaximumCells = 20);

        for (var day = 0; day < 6; day++)
        {
            for (var user = 0; user < 5; user++)
            {
                await AskAsync(gateway, a, "acme", $"user-{user}");
            }

            gateway.Clock.Advance(TimeSpan.FromDays(1));
        }

        var rows = All(gateway);
        Assert.InRange(rows.Count, 10, 20);
        Assert.Equal(5, rows.Count(row => row.Day == First.AddDays(5) && row.User != "(other)"));
        Assert.Equal(("acme", "(other)", 5L), rows.Where(row => row.Day == First).Select(row => (row.Tenant, row.User, row.Attempts)).Single());
        Assert.All(Enumerable.Range(0, 6), day => Assert.Equal((5, 5 * Cost), (rows.Where(row => row.Day == First.AddDays(day)).Sum(row => row.Attempts), rows.Where(row => row.Day == First.AddDays(day)).Sum(row => row.Cost))));
    }

    [Fact]
    public async Task ManyDaysWithoutUsers_LoseTenantsToo_AndKeepTheirSums()
    {
        var a = Priced();
        await using var gateway = Gateway(a, options => options.MaximumCells = 20);

        for (var day = 0; day < 12; day++)
        {
            for (var tenant = 0; tenant < 5; tenant++)
            {
                await AskAsync(gateway, a, $"tenant-{tenant}");
            }

            gateway.Clock.Advance(TimeSpan.FromDays(1));
        }

        var rows = All(gateway);
        Assert.InRange(rows.Count, 12, 20 + 12);
        Assert.Equal(("(other)", 5L), rows.Where(row => row.Day == First).Select(row => (row.Tenant, row.Attempts)).Single());
        Assert.Equal(5, rows.Count(row => row.Day == First.AddDays(11) && row.Tenant != "(other)"));
        Assert.Equal((60, 60 * Cost), (rows.Sum(row => row.Attempts), rows.Sum(row => row.Cost)));
    }

    [Fact]
    public async Task DaysBeyondRetention_AreGone_WithoutAnotherCall()
    {
        var a = Priced();
        await using var gateway = Gateway(a, options => options.RetentionDays = 2);

        await AskAsync(gateway, a, "acme");
        gateway.Clock.Advance(TimeSpan.FromDays(1));
        await AskAsync(gateway, a, "acme");
        Assert.Equal([First, First.AddDays(1)], All(gateway).Select(row => row.Day!.Value));

        gateway.Clock.Advance(TimeSpan.FromDays(1));
        Assert.Equal([First.AddDays(1)], All(gateway).Select(row => row.Day!.Value));
        gateway.Clock.Advance(TimeSpan.FromDays(1));
        Assert.Empty(All(gateway));
    }

    [Fact]
    public async Task LongAndEmptyNames_AreBounded()
    {
        var a = Priced();
        await using var gateway = Gateway(a, _ => { });

        await AskAsync(gateway, a, new string('t', 257), string.Empty);
        await AskAsync(gateway, a, new string('t', 256));

        Assert.Equal([("(other)", null), (new string('t', 256), null)], All(gateway).Select(row => (row.Tenant, row.User)));
    }

    [Fact]
    public async Task File_SetsWhatCodeSets_AndAReloadTakesIt()
    {
        var a = Priced();
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([KeyValuePair.Create<string, string?>("Sira:Ledger:RetentionDays", "2"), KeyValuePair.Create<string, string?>("Sira:Ledger:MaximumCells", "20")]).Build();
        await using var gateway = new TestGateway(sira => sira.AddRoute("default", route => route.To("a/m")).ConfigureGateway(options => options.Ledger.RetentionDays = 50), configuration, a);
        for (var i = 0; i < 20; i++)
        {
            await AskAsync(gateway, a, "acme", $"user-{i}");
        }

        Assert.Equal(19, All(gateway).Count);

        gateway.Clock.Advance(TimeSpan.FromDays(1));
        await AskAsync(gateway, a, "acme");
        (configuration["Sira:Ledger:RetentionDays"], configuration["Sira:Ledger:Enabled"]) = ("1", "false");
        configuration.Reload();
        await AskAsync(gateway, a, "acme");

        Assert.Equal((First.AddDays(1), 1), All(gateway).Select(row => (row.Day!.Value, (int)row.Attempts)).Single());
    }

    [Fact]
    public void Mistakes_AreShownAtOnce_InCodeAndFile()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([KeyValuePair.Create<string, string?>("Sira:Ledger:Enabeld", "true"), KeyValuePair.Create<string, string?>("Sira:Ledger:MaximumCells", "9")]).Build();
        var gateway = new TestGateway(sira => sira.AddRoute("default", route => route.To("a/m")).ConfigureGateway(options => (options.Ledger.RetentionDays, options.Ledger.MaximumCells) = (0, 10_000_001)), configuration, new TestBackend("a"));

        var exception = Assert.Throws<SiraConfigurationException>(() => gateway.Sira);

        Assert.All(
            (string[])["Sira:Ledger:Enabeld: unknown key 'Enabeld'. Did you mean 'Enabled'?", "Sira:Ledger:MaximumCells: '9'", "Sira:Ledger:RetentionDays: 0 is out of range.", "Sira:Ledger:MaximumCells: 10000001 is out of range."],
            part => Assert.Contains(part, exception.Message, StringComparison.Ordinal));
    }
}
