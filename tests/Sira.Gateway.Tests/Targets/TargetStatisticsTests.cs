using Microsoft.Extensions.AI;
using Sira.Gateway.Targets;
using Sira.Kernel.Registry;
using Sira.Simulation.Time;

namespace Sira.Gateway.Tests.Targets;

public sealed class TargetStatisticsTests
{
    private readonly VirtualTimeProvider clock = new();

    [Fact]
    public void Record_StreamsAndUnary_HaveTheirOwnAverages()
    {
        var statistics = Create(out var load);
        Assert.Equal((null, null, null, null, null), (statistics.FirstToken, statistics.Total, statistics.TimePerOutputToken, statistics.CachedShare, statistics.OutputRatio));

        Record(statistics, first: 500, total: 1500, output: 101);
        Assert.Equal((500, null), (statistics.FirstToken!.Value.TotalMilliseconds, statistics.Total));
        Assert.Equal(10, statistics.TimePerOutputToken!.Value.TotalMilliseconds, 3);
        Assert.Null(load.Latency);

        Record(statistics, first: null, total: 3000, output: 101);
        Assert.Equal((500, 3000), (statistics.FirstToken!.Value.TotalMilliseconds, statistics.Total!.Value.TotalMilliseconds));
    }

    [Fact]
    public void Record_Usage_GivesCachedShareAndOutputRatio_InProportionToTokens()
    {
        var statistics = Create(out _);
        Record(statistics, 100, 200, output: 300, input: 3000, cached: 3000);
        Record(statistics, 100, 200, output: 300, input: 3, cached: 0);

        Assert.Equal(0.999, statistics.CachedShare!.Value, 3);
        Assert.Equal(600d / 3003, statistics.OutputRatio!.Value, 3);
    }

    [Theory]
    [InlineData(long.MaxValue, long.MaxValue, long.MaxValue)]
    [InlineData(long.MinValue, -1, long.MinValue)]
    [InlineData(0, 10, 0)]
    [InlineData(1, long.MaxValue, 1)]
    [InlineData(1, long.MinValue, long.MaxValue)]
    public void Record_HostileUsage_StaysWithinBounds(long input, long cached, long output)
    {
        var statistics = Create(out _);
        var route = new TokenMix(clock);
        for (var i = 0; i < 10; i++)
        {
            statistics.Record(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2), new UsageDetails { InputTokenCount = input, CachedInputTokenCount = cached, OutputTokenCount = output }, long.MinValue, route, clock.GetTimestamp());
            statistics.Record(null, TimeSpan.FromSeconds(2), null, long.MaxValue, route, clock.GetTimestamp());
            clock.Advance(TimeSpan.FromSeconds(30));
        }

        Assert.InRange(statistics.CachedShare ?? 0, 0, 1);
        Assert.InRange(statistics.PricedCachedShare, 0, 1);
        Assert.InRange(statistics.PricedVerbosity, 1d / 8, 8);
        Assert.InRange(statistics.ExpectMilliseconds(100)!.Value, 0, 1e6);
        Assert.InRange(route.Expect(long.MaxValue, 512), 0, int.MaxValue * 4d);
    }

    [Fact]
    public void BeginAndEnd_CountTokensUnderWay()
    {
        var statistics = Create(out var load);
        statistics.Begin(100, streaming: true);
        statistics.Begin(50, streaming: false);
        Assert.Equal((150, 2, 2, 2), (statistics.TokensInFlight, statistics.InFlight, load.InFlight, statistics.StreamLoad.InFlight));
        Assert.Equal((1, 1), (statistics.InFlightOf(streaming: true), statistics.InFlightOf(streaming: false)));

        statistics.End(100, streaming: true);
        statistics.End(50, streaming: false);
        Assert.Equal((0, 0, 0, 0), (statistics.TokensInFlight, statistics.InFlight, load.InFlight, statistics.StreamLoad.InFlight));
    }

    [Fact]
    public void RecordAndRead_AllocateNothing()
    {
        var statistics = Create(out _);
        var route = new TokenMix(clock);
        var usage = new UsageDetails { InputTokenCount = 100, OutputTokenCount = 50, CachedInputTokenCount = 10 };
        var sum = 0d;
        Use(10);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Use(100);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.True(sum > 0);

        void Use(int times)
        {
            for (var i = 0; i < times; i++)
            {
                statistics.Begin(150, streaming: true);
                statistics.Record(i % 2 == 0 ? TimeSpan.FromSeconds(1) : null, TimeSpan.FromSeconds(2), usage, 0, route, clock.GetTimestamp());
                statistics.End(150, streaming: true);
                sum += statistics.ExpectMilliseconds(10)!.Value + statistics.PricedCachedShare + statistics.PricedVerbosity + route.Expect(100, 512) + statistics.AgeOf(streaming: true).TotalSeconds;
            }
        }
    }

    [Fact]
    public async Task Record_FromManyThreads_KeepsEveryAverageAmongItsSamples()
    {
        var statistics = new TargetStatistics(new EndpointLoad(TimeProvider.System), TimeProvider.System);
        var route = new TokenMix(TimeProvider.System);
        var usage = new UsageDetails { InputTokenCount = 1000, OutputTokenCount = 100, CachedInputTokenCount = 500 };
        await Task.WhenAll(Enumerable.Range(0, 8).Select(thread => Task.Run(() =>
        {
            for (var i = 0; i < 20_000; i++)
            {
                statistics.Begin(1100, streaming: false);
                statistics.Record(thread % 2 == 0 ? TimeSpan.FromMilliseconds(500) : null, TimeSpan.FromMilliseconds(1490), usage, 0, route, TimeProvider.System.GetTimestamp());
                statistics.End(1100, streaming: false);
                Assert.InRange(statistics.CachedShare ?? 0.5, 0.49, 0.51);
                Assert.InRange(statistics.PricedVerbosity, 0.99, 1.01);
            }
        })));

        Assert.Equal((0, 0), (statistics.TokensInFlight, statistics.InFlight));
        Assert.InRange(statistics.ExpectMilliseconds(100)!.Value, 1300, 1600);
        Assert.Equal(500, statistics.FirstToken!.Value.TotalMilliseconds, 1);
    }

    private TargetStatistics Create(out EndpointLoad load) => new(load = new EndpointLoad(clock), clock);

    private void Record(TargetStatistics statistics, double? first, double total, long output, long input = 1000, long cached = 0) => statistics.Record(
        first is { } milliseconds ? TimeSpan.FromMilliseconds(milliseconds) : null,
        TimeSpan.FromMilliseconds(total),
        new UsageDetails { InputTokenCount = input, CachedInputTokenCount = cached, OutputTokenCount = output },
        receivedTokens: 0,
        new TokenMix(clock),
        clock.GetTimestamp());
}
