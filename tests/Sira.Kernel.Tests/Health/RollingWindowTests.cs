using Sira.Kernel.Health;

namespace Sira.Kernel.Tests.Health;

public class RollingWindowTests
{
    [Fact]
    public void Count_AgainstASlidingOracle_NeverDiffersByMoreThanOneBucket()
    {
        const long Length = 1000;
        var random = new Random(7);
        var window = new RollingWindow(Length, 0);
        var calls = new List<(long At, bool Failed)>();
        long now = 0;

        for (var i = 0; i < 20_000; i++)
        {
            now += random.Next(10) == 0 ? random.Next(3000) : random.Next(20);
            var failed = random.Next(3) == 0;
            calls.Add((now, failed));
            if (failed)
            {
                window.AddFailure(now);
            }
            else
            {
                window.AddSuccess(now);
            }

            calls.RemoveAll(call => call.At <= now - Length);
            var counts = window.Count(now);
            var least = calls.Where(call => call.At > now - (Length - 100)).ToArray();
            Assert.InRange(counts.Total, least.Length, calls.Count);
            Assert.InRange(counts.Failures, least.Count(call => call.Failed), calls.Count(call => call.Failed));
        }
    }

    [Fact]
    public void AddSuccess_OlderThanTheWholeWindow_GoesToTheNewestBucket()
    {
        var window = new RollingWindow(100, 0);
        window.AddFailure(1000);

        window.AddSuccess(5);

        Assert.Equal(new CallCounts(1, 1), window.Count(1000));
    }

    [Fact]
    public async Task Add_ManyThreadsAcrossRotations_LosesNothing()
    {
        const int PerThread = 50_000;
        var window = new RollingWindow(PerThread * 100L, 0);

        await Task.WhenAll(Enumerable.Range(0, 4).Select(thread => Task.Run(() =>
        {
            for (var i = 0; i < PerThread; i++)
            {
                if (thread % 2 == 0)
                {
                    window.AddFailure(i * 90L);
                }
                else
                {
                    window.AddSuccess(i * 90L);
                }
            }
        })));

        Assert.Equal(new CallCounts(2 * PerThread, 2 * PerThread), window.Count(PerThread * 90L));
    }
}
