namespace Sira.Models;

/// <summary>Prices in US dollars per million tokens. <see langword="null"/> means unknown, which is never zero.</summary>
public sealed record ModelPricing
{
    /// <summary>Gets the price of input tokens.</summary>
    public decimal? Input { get; init; }

    /// <summary>Gets the price of output tokens, reasoning included unless <see cref="Reasoning"/> says otherwise.</summary>
    public decimal? Output { get; init; }

    /// <summary>Gets the price of input tokens that the provider read from its prompt cache; unknown means as <see cref="Input"/>.</summary>
    public decimal? CachedInput { get; init; }

    /// <summary>Gets the price of input tokens that the provider wrote to its prompt cache; unknown means as <see cref="Input"/>.</summary>
    public decimal? CacheWrite { get; init; }

    /// <summary>Gets the price of reasoning tokens where it differs from <see cref="Output"/>.</summary>
    public decimal? Reasoning { get; init; }

    /// <summary>Gets the prices for requests whose input is longer than a threshold, in ascending order of it.</summary>
    public IReadOnlyList<ModelPricingTier> Tiers { get; init; } = [];

    /// <summary>Gets the day these prices were read.</summary>
    public DateOnly? AsOf { get; init; }
}
