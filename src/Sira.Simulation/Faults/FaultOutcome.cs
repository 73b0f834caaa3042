using Sira.Simulation.Wires;

namespace Sira.Simulation.Faults;

/// <summary>What happens instead of an answer, with its details.</summary>
/// <param name="Kind">What.</param>
internal sealed record FaultOutcome(FaultOutcomeKind Kind)
{
    /// <summary>Gets the provider's error.</summary>
    public ProviderErrorKind Error { get; init; }

    /// <summary>Gets the status, where it is not the provider's own choice.</summary>
    public int? Status { get; init; }

    /// <summary>Gets the message, where it is not the provider's usual one.</summary>
    public string? Message { get; init; }

    /// <summary>Gets the body of a raw outcome.</summary>
    public string? Body { get; init; }

    /// <summary>Gets the media type of a raw outcome.</summary>
    public string MediaType { get; init; } = "application/json";

    /// <summary>Gets the delay to ask for.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Gets how to ask for it.</summary>
    public RetryAfterStyle RetryAfterStyle { get; init; }
}
