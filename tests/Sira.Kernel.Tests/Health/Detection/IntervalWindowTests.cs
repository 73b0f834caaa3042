using Sira.Kernel.Health.Detection;
using Sira.Kernel.Time;

namespace Sira.Kernel.Tests.Health.Detection;

public class IntervalWindowTests
{
    [Fact]
    public void MeanAndDeviation_AnySequence_AreThoseOfTheLastOnes()
    {
        var random = new SeededRandomSource(3);
        var window = new IntervalWindow(50);
        var all = new List<long>();

        for (var i = 0; i < 1000; i++)
        {
            all.Add(i == 500 ? TimeSpan.FromDays(30).Ticks * 7 : random.Next(int.MaxValue));
            window.Add(all[^1]);

            var last = all.TakeLast(50).Select(interval => (double)interval).ToArray();
            var mean = last.Average();
            var deviation = Math.Sqrt(last.Sum(interval => (interval - mean) * (interval - mean)) / last.Length);
            Assert.Equal(mean, window.Mean, mean * 1e-9);
            Assert.Equal(deviation, window.Deviation, Math.Max(1, deviation) * 1e-6);
        }
    }
}
