namespace Sira.Simulation.Wires;

/// <summary>An error to word.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Model">The model asked for.</param>
/// <param name="RequestId">The request's id.</param>
/// <param name="Message">The message, or <see langword="null"/> for the provider's usual one.</param>
/// <param name="Parameter">The JSON path of the culprit.</param>
/// <param name="RetryInBody">The delay to tell in the body, where the wire has a place for it.</param>
internal sealed record ProviderError(ProviderErrorKind Kind, string Model, string RequestId, string? Message = null, string? Parameter = null, TimeSpan? RetryInBody = null);
