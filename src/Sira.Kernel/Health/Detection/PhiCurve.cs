namespace Sira.Kernel.Health.Detection;

/// <summary>φ as a function of how many standard deviations the silence is longer than the mean, by the logistic approximation of the normal distribution.</summary>
internal static class PhiCurve
{
    // Bowling, Khasawneh, Kaewkuekool and Cho, "A logistic approximation to the cumulative normal distribution" (2009).
    private const double Linear = 1.5976;
    private const double Cubic = 0.070566;

    // Far more than the largest threshold asks for, and far from where the cube overflows.
    private const double MostDeviations = 1e6;

    /// <summary>-log10 of the chance that an interval is this long or longer.</summary>
    public static double At(double deviations)
    {
        var y = Math.Clamp(deviations, -MostDeviations, MostDeviations);
        var exponent = y * (Linear + (Cubic * y * y));

        // log(1 + e^x) without overflow on either side.
        var log = exponent > 0 ? exponent + Math.Log(1 + Math.Exp(-exponent)) : Math.Log(1 + Math.Exp(exponent));
        return log / Math.Log(10);
    }

    /// <summary>The inverse of <see cref="At"/>.</summary>
    public static double DeviationsAt(double phi)
    {
        var (low, high) = (-MostDeviations, MostDeviations);
        for (var i = 0; i < 200 && low < high; i++)
        {
            var middle = low + ((high - low) / 2);
            (low, high) = At(middle) < phi ? (middle, high) : (low, middle);
        }

        return high;
    }
}
