namespace Sira.Kernel.Balancing.Selection;

/// <summary>How calls are split over parts of which each takes what the ones before it cannot: priority levels, or distances.</summary>
/// <remarks>Envoy's arithmetic: a part can take overprovisioning × healthy ÷ total of the load, at most all of it. If all of them together cannot take it, what they can is scaled up.</remarks>
internal static class HealthySplit
{
    /// <summary>Splits the load.</summary>
    /// <param name="healthy">The number of healthy endpoints of each part.</param>
    /// <param name="total">The number of all endpoints of each part.</param>
    /// <param name="overprovisioning">How much more than its share a healthy endpoint can take.</param>
    /// <param name="loads">Receives the share of each part; they add up to 1 unless no endpoint is healthy.</param>
    /// <returns>Whether the parts together can take the whole load.</returns>
    public static bool Compute(ReadOnlySpan<int> healthy, ReadOnlySpan<int> total, double overprovisioning, Span<double> loads)
    {
        var sum = 0d;
        for (var i = 0; i < loads.Length; i++)
        {
            sum += loads[i] = total[i] == 0 ? 0 : Math.Min(1, overprovisioning * healthy[i] / total[i]);
        }

        var left = 1d;
        var last = -1;
        for (var i = 0; i < loads.Length; i++)
        {
            loads[i] = sum <= 0 ? 0 : Math.Min(left, loads[i] / Math.Min(1, sum));
            left -= loads[i];
            last = loads[i] > 0 ? i : last;
        }

        if (last >= 0)
        {
            // What rounding has left over.
            loads[last] += left;
        }

        return sum >= 1;
    }
}
