using System.Globalization;

namespace Sira.Kernel.Resources;

/// <summary>What a pool counts, and how an amount of it is written for people.</summary>
/// <param name="Name">The name that follows a number, such as <c>tokens</c>.</param>
/// <param name="Scale">How many counted units make one written unit; 1 unless a finer unit is counted than is written.</param>
public sealed record ResourceUnit(string Name, decimal Scale = 1)
{
    /// <summary>Gets units of no particular kind.</summary>
    public static ResourceUnit Units { get; } = new("units");

    /// <summary>Gets slots that are held while something runs.</summary>
    public static ResourceUnit Slots { get; } = new("slots");

    /// <summary>Gets requests.</summary>
    public static ResourceUnit Requests { get; } = new("requests");

    /// <summary>Gets tokens.</summary>
    public static ResourceUnit Tokens { get; } = new("tokens");

    /// <summary>Gets money: counted in pico-dollars (see <see cref="Money"/>), written in US dollars.</summary>
    public static ResourceUnit UsDollars { get; } = new("USD", Money.PicoDollarsPerUsd);

    /// <summary>Writes an amount for people.</summary>
    /// <param name="amount">The amount, as the pool counts it.</param>
    /// <returns>The number and the unit, such as <c>0.25 USD</c>.</returns>
    public string Format(long amount) => string.Create(CultureInfo.InvariantCulture, $"{amount / Scale:0.############} {Name}");
}
