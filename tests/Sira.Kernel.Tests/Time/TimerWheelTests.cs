using Sira.Kernel.Time;

namespace Sira.Kernel.Tests.Time;

public class TimerWheelTests
{
    /// <summary>Against a plain list of deadlines, over many seeds: nothing early, nothing more than a tick late, nothing lost.</summary>
    [Fact]
    public void TakeDue_RandomOperations_AgreesWithAList()
    {
        for (var seed = 0; seed < 50; seed++)
        {
            var random = new SeededRandomSource(seed);
            const int Tick = 10;
            var wheel = new TimerWheel(Tick);
            var entries = Enumerable.Range(0, 30).Select(i => new TimerWheelEntry(i)).ToArray();
            var model = new Dictionary<TimerWheelEntry, long>();
            var now = 0L;
            for (var step = 0; step < 400; step++)
            {
                var entry = entries[random.Next(entries.Length)];
                switch (random.Next(4))
                {
                    case 0:
                        wheel.Remove(entry);
                        model.Remove(entry);
                        break;
                    case 1:
                        now += random.Next(random.Next(20) == 0 ? 20_000 : 200);
                        Take(wheel, model, now, Tick);
                        break;
                    default:
                        var due = now + random.Next(random.Next(5) == 0 ? 10_000 : 300) - 50;
                        wheel.Set(entry, due);
                        model[entry] = Math.Max(now, due);
                        break;
                }

                Assert.Equal(model.Count, wheel.Count);
                Assert.Equal(model.Count == 0, wheel.NextLook is null);
            }

            for (var looks = 0; wheel.NextLook is { } next; looks++)
            {
                Assert.True(looks < 10_000);
                Take(wheel, model, now = Math.Max(now, next), Tick);
            }

            Assert.Empty(model);
        }
    }

    private static void Take(TimerWheel wheel, Dictionary<TimerWheelEntry, long> model, long now, int tick)
    {
        var taken = new List<TimerWheelEntry>();
        wheel.TakeDue(now, taken);
        foreach (var entry in taken)
        {
            Assert.True(model.Remove(entry, out var due));
            Assert.True(due <= now);
        }

        // One that was set to a tick that has been looked through already is found at the next.
        Assert.All(model.Values, due => Assert.True(due > now - (2 * tick)));
    }
}
