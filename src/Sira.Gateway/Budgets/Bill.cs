namespace Sira.Gateway.Budgets;

/// <summary>What one attempt is charged.</summary>
/// <param name="Tokens">Input and output tokens.</param>
/// <param name="PicoDollars">The price in pico-dollars, or <see langword="null"/> when it is unknown.</param>
/// <param name="IsEstimated">Whether the provider did not say, so that it is reckoned.</param>
internal readonly record struct Bill(long Tokens, long? PicoDollars, bool IsEstimated);
