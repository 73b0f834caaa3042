namespace Sira.Gateway.Selection.Splits;

/// <summary>Lays the arms of a split out on the line from 0 to 100.</summary>
/// <remarks>
/// A sticky request has a fixed point on the line. So that a higher percentage only moves requests into its arm, each arm grows from a place of its own: the first from 0 upwards, the second from 100 downwards, further ones from the middle, the quarters and so on, upwards and then downwards.
/// What an earlier arm holds is passed over. So arms do not push each other about as long as they do not meet, and an arm that grows never loses a request.
/// </remarks>
internal static class TrafficSegments
{
    private const double Whole = 100;

    public static TrafficSegment[] Create(IReadOnlyList<TrafficVariant> arms)
    {
        var taken = new List<TrafficSegment>();
        for (var i = 0; i < arms.Count; i++)
        {
            var left = Math.Min(arms[i].Percent, Whole);
            var start = StartOf(i);
            var free = Free(taken);
            foreach (var (from, to) in free)
            {
                Take(Math.Max(from, start), to, upwards: true);
            }

            foreach (var (from, to) in Enumerable.Reverse(free))
            {
                Take(from, Math.Min(to, start), upwards: false);
            }

            taken.Sort(static (left, right) => left.From.CompareTo(right.From));

            void Take(double from, double to, bool upwards)
            {
                if (left > 0 && to > from)
                {
                    var length = Math.Min(left, to - from);
                    taken.Add(upwards ? new TrafficSegment(from, from + length, arms[i]) : new TrafficSegment(to - length, to, arms[i]));
                    left -= length;
                }
            }
        }

        return [.. taken];
    }

    // 0, 100, 50, 25, 75, 12.5, ...: from the third on the digits of the number, mirrored at the point (van der Corput).
    private static double StartOf(int arm)
    {
        if (arm == 1)
        {
            return Whole;
        }

        var start = 0d;
        var part = Whole / 2;
        for (var rest = Math.Max(0, arm - 1); rest > 0; rest >>= 1, part /= 2)
        {
            start += (rest & 1) * part;
        }

        return start;
    }

    private static List<(double From, double To)> Free(List<TrafficSegment> taken)
    {
        var free = new List<(double From, double To)>();
        var at = 0d;
        foreach (var segment in taken)
        {
            if (segment.From > at)
            {
                free.Add((at, segment.From));
            }

            at = Math.Max(at, segment.To);
        }

        if (at < Whole)
        {
            free.Add((at, Whole));
        }

        return free;
    }
}
