namespace Sira.Kernel.Configuration.Rollout;

/// <summary>Counts the requests of one configuration in one step. Any number of threads add.</summary>
internal sealed class RolloutArm
{
    // Logarithms of seconds lie between -25 and 25; as millionths, a long holds the squares of ten thousand million requests.
    private const double Scale = 1_000_000;

    private long total;
    private long failures;
    private long sum;
    private long squares;

    public long Total => Volatile.Read(ref total);

    public long Failures => Volatile.Read(ref failures);

    public long Answered => Math.Max(0, Total - Failures);

    public double MeanLog => Answered == 0 ? 0 : Volatile.Read(ref sum) / Scale / Answered;

    /// <summary>The sample variance of the logarithms.</summary>
    public double VarianceLog => Answered < 2 ? 0 : Math.Max(0, ((Volatile.Read(ref squares) / Scale) - (Answered * MeanLog * MeanLog)) / (Answered - 1));

    public RolloutArmStatus Status => new(Total, Failures, Answered == 0 ? null : TimeSpan.FromSeconds(Math.Exp(MeanLog)));

    /// <returns>How many there are now.</returns>
    public long Add(bool failed, TimeSpan duration)
    {
        if (failed)
        {
            Interlocked.Increment(ref failures);
        }
        else
        {
            var log = Math.Log(Math.Max(1, duration.Ticks) / (double)TimeSpan.TicksPerSecond);
            Interlocked.Add(ref sum, (long)(log * Scale));
            Interlocked.Add(ref squares, (long)(log * log * Scale));
        }

        return Interlocked.Increment(ref total);
    }
}
