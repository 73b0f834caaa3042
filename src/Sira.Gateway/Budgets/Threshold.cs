namespace Sira.Gateway.Budgets;

/// <summary>A share of a budget that is told when it is reached.</summary>
/// <param name="Share">The share, above 0 and at most 1.</param>
/// <param name="Amount">The least amount that is as much, in the pool's unit.</param>
internal readonly record struct Threshold(double Share, long Amount)
{
    // In decimals: 0.07 of 100 is 7 there, and a little more in binary.
    public static Threshold Of(double share, long limit) => new(share, (long)decimal.Ceiling((decimal)share * limit));
}
