namespace Sira.Kernel.Health.Detection;

/// <summary>Mean and standard deviation of the last intervals, exact however many have passed through.</summary>
/// <remarks>Not thread-safe. Sums are kept in integers: a running sum of doubles drifts away from its window.</remarks>
internal sealed class IntervalWindow(int capacity)
{
    private readonly long[] intervals = new long[capacity];
    private int count;
    private int next;
    private Int128 sum;
    private Int128 squares;

    public double Mean => count == 0 ? 0 : (double)sum / count;

    public double Deviation => count == 0 ? 0 : Math.Sqrt((double)((squares * count) - (sum * sum))) / count;

    public void Add(long interval)
    {
        if (count == intervals.Length)
        {
            var oldest = intervals[next];
            sum -= oldest;
            squares -= (Int128)oldest * oldest;
        }
        else
        {
            count++;
        }

        intervals[next] = interval;
        next = next + 1 == intervals.Length ? 0 : next + 1;
        sum += interval;
        squares += (Int128)interval * interval;
    }
}
