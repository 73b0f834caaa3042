namespace Sira.Kernel.Configuration.Rollout;

/// <summary>The tests that a trial is judged by.</summary>
internal static class RolloutTests
{
    /// <summary>Fisher's exact test, one-sided: the probability that at least as many of all failures fall on the trial if both fail equally often (R. A. Fisher, Statistical Methods for Research Workers, 1934, §21.02).</summary>
    public static double FailureTail(long trialTotal, long trialFailures, long stableTotal, long stableFailures)
    {
        var (all, failed) = (trialTotal + stableTotal, trialFailures + stableFailures);
        var most = Math.Min(trialTotal, failed);
        if (trialFailures <= Math.Max(0, failed - stableTotal))
        {
            return 1;
        }

        // The hypergeometric probability of what was seen, and from there each next one by its ratio to the one before.
        var term = Math.Exp(LogChoose(trialTotal, trialFailures) + LogChoose(stableTotal, stableFailures) - LogChoose(all, failed));
        var tail = 0.0;
        for (var count = trialFailures; count <= most; count++)
        {
            tail += term;
            term *= (double)(trialTotal - count) * (failed - count) / ((double)(count + 1) * (stableTotal - failed + count + 1));
        }

        return Math.Min(1, tail);
    }

    /// <summary>Welch's test, one-sided, with the normal distribution, which the t-distribution is close to from some dozens on: the probability that the trial's mean is seen this far above the other's plus <paramref name="shift"/> by chance.</summary>
    public static double LatencyTail(RolloutArm trial, RolloutArm stable, double shift)
    {
        if (trial.Answered < 2 || stable.Answered < 2)
        {
            return 1;
        }

        var difference = trial.MeanLog - stable.MeanLog - shift;
        var error = Math.Sqrt((trial.VarianceLog / trial.Answered) + (stable.VarianceLog / stable.Answered));
        return difference <= 0 ? 1 : error == 0 ? 0 : NormalTail(difference / error);
    }

    /// <summary>The probability of a standard normal value above <paramref name="z"/>, by Abramowitz and Stegun 26.2.17, right to 7.5·10⁻⁸.</summary>
    public static double NormalTail(double z)
    {
        var t = 1 / (1 + (0.2316419 * z));
        var density = Math.Exp(-z * z / 2) / Math.Sqrt(2 * Math.PI);
        return density * t * (0.319381530 + (t * (-0.356563782 + (t * (1.781477937 + (t * (-1.821255978 + (t * 1.330274429))))))));
    }

    private static double LogChoose(long n, long k) => LogFactorial(n) - LogFactorial(k) - LogFactorial(n - k);

    // Stirling's series (Abramowitz and Stegun 6.1.40); shifted up first, where it is right to the last digits.
    private static double LogFactorial(long n)
    {
        var x = n + 1.0;
        var shift = 0.0;
        while (x < 16)
        {
            shift += Math.Log(x);
            x++;
        }

        return ((x - 0.5) * Math.Log(x)) - x + (Math.Log(2 * Math.PI) / 2) + (1 / (12 * x)) - (1 / (360 * x * x * x)) + (1 / (1260 * x * x * x * x * x)) - shift;
    }
}
