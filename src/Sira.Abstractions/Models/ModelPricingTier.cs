namespace Sira.Models;

/// <summary>Prices that apply to the whole request once its input is longer than a threshold.</summary>
/// <param name="AboveInputTokens">The threshold in input tokens.</param>
/// <param name="Pricing">The prices above it.</param>
public sealed record ModelPricingTier(int AboveInputTokens, ModelPricing Pricing);
