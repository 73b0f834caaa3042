using Sira.Kernel.Time;

namespace Sira.Kernel.Resources.Usage;

/// <summary>How much was used in each step of time, for the latest steps.</summary>
/// <remarks>Thread-safe. Adding is one addition; a lock is taken only when a step ends. Memory is bounded: 8 bytes a step.</remarks>
public sealed class UsageSeries
{
    private readonly Lock gate = new();
    private readonly MonotonicClock clock;
    private readonly long width;
    private readonly long[] ring;
    private long current;

    /// <summary>Initializes a new instance.</summary>
    /// <param name="name">What is measured, such as <c>tenant 'acme' tokens</c>.</param>
    /// <param name="step">The length of a step.</param>
    /// <param name="length">How many ended steps are kept.</param>
    /// <param name="time">The clock; only its monotonic timestamp is read, so that a wall clock that jumps leaves no gap.</param>
    /// <exception cref="ArgumentException">The name is blank.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The step is shorter than a millisecond, or not from 2 to 1,000,000 steps are to be kept.</exception>
    public UsageSeries(string name, TimeSpan step, int length, TimeProvider time)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(time);
        ArgumentOutOfRangeException.ThrowIfLessThan(step, TimeSpan.FromMilliseconds(1));
        ArgumentOutOfRangeException.ThrowIfLessThan(length, 2);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, 1_000_000);
        (Name, Step) = (name, step);
        clock = new MonotonicClock(time);
        width = clock.ToTimestamps(step);

        // One more: the step that has not ended.
        ring = new long[length + 1];
    }

    /// <summary>Gets what is measured.</summary>
    public string Name { get; }

    /// <summary>Gets the length of a step.</summary>
    public TimeSpan Step { get; }

    /// <summary>Adds to the step that is running.</summary>
    /// <param name="amount">What was used; what is negative is ignored.</param>
    public void Add(long amount)
    {
        if (amount > 0)
        {
            Interlocked.Add(ref ring[Roll() % ring.Length], amount);
        }
    }

    /// <summary>Returns the steps that have ended since the series began, the oldest first, at most as many as are kept. Steps in which nothing was used are 0.</summary>
    /// <returns>A copy.</returns>
    public double[] ToArray()
    {
        lock (gate)
        {
            var last = Roll();
            var count = (int)Math.Min(last, ring.Length - 1);
            var steps = new double[count];
            for (var i = 0; i < count; i++)
            {
                steps[i] = Volatile.Read(ref ring[(last - count + i) % ring.Length]);
            }

            return steps;
        }
    }

    // A thread that was held up between this and its addition adds to the step that has the place then.
    private long Roll()
    {
        var now = clock.Now / width;
        if (now <= Volatile.Read(ref current))
        {
            return Volatile.Read(ref current);
        }

        lock (gate)
        {
            for (var step = Math.Max(current + 1, now - ring.Length + 1); step <= now; step++)
            {
                Volatile.Write(ref ring[step % ring.Length], 0);
            }

            Volatile.Write(ref current, Math.Max(current, now));
            return current;
        }
    }
}
