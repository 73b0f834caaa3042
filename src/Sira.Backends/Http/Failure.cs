using Microsoft.Extensions.AI;
using Sira.Errors;

namespace Sira.Backends.Http;

/// <summary>What is known of a failed attempt, before it becomes a <see cref="BackendException"/>.</summary>
/// <param name="Kind">What went wrong.</param>
internal readonly record struct Failure(BackendErrorKind Kind)
{
    public string? Message { get; init; }

    public string? Code { get; init; }

    public TimeSpan? RetryAfter { get; init; }

    public string? Excerpt { get; init; }

    public UsageDetails? Usage { get; init; }

    public Exception? Cause { get; init; }
}
