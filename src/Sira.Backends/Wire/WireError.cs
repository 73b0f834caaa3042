using Sira.Errors;

namespace Sira.Backends.Wire;

/// <summary>What an error body says.</summary>
/// <param name="Kind">The kind, where the body tells it better than the status; otherwise <see langword="null"/>.</param>
/// <param name="Code">The provider's code or type.</param>
/// <param name="Message">The provider's message.</param>
/// <param name="RetryAfter">The delay that the body asks for, such as Google's <c>RetryInfo</c>.</param>
internal readonly record struct WireError(BackendErrorKind? Kind, string? Code, string? Message, TimeSpan? RetryAfter = null);
