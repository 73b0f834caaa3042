namespace Sira.Gateway.Configuration;

/// <summary>The prices to reckon with where a model's are unknown, in US dollars per million tokens.</summary>
public sealed record UnknownPriceEstimate
{
    /// <summary>Gets the price of input tokens; above 0.</summary>
    public decimal Input { get; init; }

    /// <summary>Gets the price of output tokens; above 0.</summary>
    public decimal Output { get; init; }
}
