using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Sira.Gateway.Ledger;
using Sira.Gateway.Tests.Support;
using static Sira.Gateway.Tests.Ledger.LedgerBackend;

namespace Sira.Gateway.Tests.Ledger;

public class LedgerExportTests
{
    private static async Task<TestGateway> GatewayAsync(params string[] tenants)
    {
        var a = Priced();
        var gateway = new TestGateway(sira => sira.AddRoute("default", route => route.To("a/m")), a);
        foreach (var tenant in tenants)
        {
            a["m"].Reply(Answer(Usage()));
            await gateway.AskAsync(streaming: false, For(tenant, "ann"));
        }

        return gateway;
    }

    private static async Task<string> ExportAsync(TestGateway gateway, LedgerFormat format, LedgerQuery? query = null)
    {
        using var stream = new MemoryStream();
        await gateway.Sira.Ledger.ExportAsync(stream, format, query);
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    [Fact]
    public async Task Csv_IsTheSame_InEveryCulture()
    {
        await using var gateway = await GatewayAsync("acme");
        var culture = CultureInfo.CurrentCulture;
        try
        {
            // As in Germany; made by hand, because the tests run without the cultures of the system.
            var german = (CultureInfo)CultureInfo.InvariantCulture.Clone();
            (german.NumberFormat.NumberDecimalSeparator, german.NumberFormat.NumberGroupSeparator, german.DateTimeFormat.DateSeparator) = (",", ".", ".");
            CultureInfo.CurrentCulture = german;

            Assert.Equal(
                "day,tenant,team,user,key,route,target,model,variant,firstDay,lastDay,attempts,answered,failed,cancelled,pending,inputTokens,cachedInputTokens,cacheWriteTokens,outputTokens,reasoningTokens,estimatedTokens,totalTokens,cost,estimatedCost,estimatedAttempts,unpricedAttempts\r\n"
                + "2026-01-01,\"acme\",,\"ann\",,\"default\",\"a/m\",\"m\",,2026-01-01,2026-01-01,1,1,0,0,0,100,60,10,20,5,0,120,0.0002985,0,0,0\r\n",
                await ExportAsync(gateway, LedgerFormat.Csv));
        }
        finally
        {
            CultureInfo.CurrentCulture = culture;
        }
    }

    [Theory]
    [InlineData("=1+1", "\"'=1+1\"")]
    [InlineData("+1", "\"'+1\"")]
    [InlineData("-1", "\"'-1\"")]
    [InlineData("@SUM(A1)", "\"'@SUM(A1)\"")]
    [InlineData("\t=1", "\"'\t=1\"")]
    [InlineData("\r=1", "\"'\r=1\"")]
    [InlineData("\n=1", "\"'\n=1\"")]
    [InlineData("  =1", "\"'  =1\"")]
    [InlineData("＝1", "\"'＝1\"")]
    [InlineData("a\",=1", "\"a\"\",=1\"")]
    [InlineData("a;=1", "\"a;=1\"")]
    [InlineData("two\r\nlines", "\"two\r\nlines\"")]
    [InlineData("plain=1", "\"plain=1\"")]
    [InlineData("   ", "\"   \"")]
    public async Task Csv_HoldsNoFormula(string tenant, string written)
    {
        await using var gateway = await GatewayAsync(tenant);

        var text = await ExportAsync(gateway, LedgerFormat.Csv, new LedgerQuery { GroupBy = LedgerDimensions.Tenant });

        Assert.Contains($"\r\n,{written},,,,", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task JsonLines_AreWhatTheQueryFinds_WithoutAnyChangeToTexts()
    {
        string[] tenants = ["=1+1", "a\"b", "ünï\nline", "\ud83d\ude00"];
        await using var gateway = await GatewayAsync(tenants);

        var text = await ExportAsync(gateway, LedgerFormat.JsonLines, new LedgerQuery { GroupBy = LedgerDimensions.Tenant | LedgerDimensions.Day });

        var lines = text.Split('\n');
        Assert.Equal((5, string.Empty), (lines.Length, lines[^1]));
        var read = lines[..^1].Select(line => JsonSerializer.Deserialize<LedgerRow>(line, JsonSerializerOptions.Web)!);
        Assert.Equal(gateway.Sira.Ledger.Query(new LedgerQuery { GroupBy = LedgerDimensions.Tenant | LedgerDimensions.Day }), read);
        Assert.Equal(tenants.Order(StringComparer.Ordinal), read.Select(row => row.Tenant));
        Assert.Contains("\"user\":null", lines[0], StringComparison.Ordinal);
        Assert.Contains("\"cost\":0.0002985,", lines[0], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(LedgerFormat.Csv)]
    [InlineData(LedgerFormat.JsonLines)]
    public async Task HalfACharacter_IsReplaced_AndTheRestComesThrough(LedgerFormat format)
    {
        await using var gateway = await GatewayAsync("half \ud83d", "whole");

        var text = await ExportAsync(gateway, format);

        Assert.Contains(format == LedgerFormat.Csv ? "half \ufffd" : "half \\uFFFD", text, StringComparison.Ordinal);
        Assert.Contains("whole", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ManyRows_AllArrive_AndTheStreamStaysOpen()
    {
        await using var gateway = await GatewayAsync([.. Enumerable.Range(0, 300).Select(static i => $"tenant-{i:000}")]);
        using var stream = new MemoryStream();

        await gateway.Sira.Ledger.ExportAsync(stream, LedgerFormat.Csv);
        await gateway.Sira.Ledger.ExportAsync(stream, LedgerFormat.JsonLines, new LedgerQuery { Tenant = "tenant-007" });

        var lines = Encoding.UTF8.GetString(stream.ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(302, lines.Length);
        Assert.Contains("tenant-299", lines[300], StringComparison.Ordinal);
        Assert.StartsWith("{\"day\":null", lines[301], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cancelled_Stops()
    {
        await using var gateway = await GatewayAsync("acme");
        using var stream = new MemoryStream();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => gateway.Sira.Ledger.ExportAsync(stream, LedgerFormat.Csv, cancellationToken: new CancellationToken(canceled: true)));

        Assert.Equal(0, stream.Length);
    }

    [Fact]
    public async Task WrongArguments_AreRefused()
    {
        await using var gateway = await GatewayAsync();
        var ledger = gateway.Sira.Ledger;

        await Assert.ThrowsAsync<ArgumentNullException>(() => ledger.ExportAsync(null!, LedgerFormat.Csv));
        await Assert.ThrowsAsync<ArgumentException>(() => ledger.ExportAsync(new MemoryStream([], writable: false), LedgerFormat.Csv));
        await Assert.ThrowsAsync<ArgumentException>(() => ledger.ExportAsync(new MemoryStream(), (LedgerFormat)7));
        await Assert.ThrowsAsync<ArgumentException>(() => ledger.ExportAsync(new MemoryStream(), LedgerFormat.Csv, new LedgerQuery { From = DateOnly.MaxValue, To = DateOnly.MinValue }));
    }
}
