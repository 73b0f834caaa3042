using Sira.Errors;

namespace Sira.Gateway.Events;

/// <summary>Published on the bus when one call of one target failed.</summary>
/// <param name="Route">The route.</param>
/// <param name="Target">The target.</param>
/// <param name="Kind">What went wrong.</param>
/// <param name="StatusCode">The HTTP status, if a response arrived.</param>
/// <param name="Duration">How long the attempt took.</param>
public readonly record struct AttemptFailed(string Route, string Target, BackendErrorKind Kind, int? StatusCode, TimeSpan Duration);
