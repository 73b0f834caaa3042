namespace Sira.Kernel.Resources;

/// <summary>Converts US dollars to the whole pico-dollars (10⁻¹² USD) that money pools count, and back.</summary>
/// <remarks>A cached token may cost 5·10⁻⁹ USD, so that even a single one is thousands of pico-dollars; the largest amount is about 9.2 million USD.</remarks>
public static class Money
{
    /// <summary>How many pico-dollars make one US dollar.</summary>
    public const decimal PicoDollarsPerUsd = 1_000_000_000_000m;

    /// <summary>Gets the largest amount that can be counted, in US dollars: 9,223,372.036854775807.</summary>
    public static decimal MaxUsd => long.MaxValue / PicoDollarsPerUsd;

    /// <summary>Converts US dollars to pico-dollars. A fraction of a pico-dollar is rounded up, so that no cost is ever counted as less than it is.</summary>
    /// <param name="usd">The amount in US dollars.</param>
    /// <returns>The amount in pico-dollars.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The amount is negative or above <see cref="MaxUsd"/>.</exception>
    public static long ToPicoDollars(decimal usd)
    {
        if (!TryToPicoDollars(usd, out var picoDollars))
        {
            throw new ArgumentOutOfRangeException(nameof(usd), usd, $"An amount of money is from 0 to {MaxUsd} US dollars.");
        }

        return picoDollars;
    }

    /// <summary>Converts US dollars to pico-dollars, rounding up, where the amount may be out of range.</summary>
    /// <param name="usd">The amount in US dollars.</param>
    /// <param name="picoDollars">The amount in pico-dollars; 0 when out of range.</param>
    /// <returns>Whether the amount is from 0 to <see cref="MaxUsd"/>.</returns>
    public static bool TryToPicoDollars(decimal usd, out long picoDollars)
    {
        var valid = usd >= 0 && usd <= MaxUsd;
        picoDollars = valid ? (long)decimal.Ceiling(usd * PicoDollarsPerUsd) : 0;
        return valid;
    }

    /// <summary>Converts pico-dollars to US dollars, exactly.</summary>
    /// <param name="picoDollars">The amount in pico-dollars.</param>
    /// <returns>The amount in US dollars.</returns>
    public static decimal ToUsd(long picoDollars) => picoDollars / PicoDollarsPerUsd;
}
