using Microsoft.Extensions.AI;
using Sira.Kernel.Errors;

namespace Sira.Errors;

/// <summary>One attempt at one target failed. Thrown by backends; the gateway classifies by <see cref="Kind"/> and gives the caller a <see cref="RequestFailedException"/>.</summary>
public sealed class BackendException : SiraException
{
    /// <summary>The longest excerpt of a response that an exception carries, in characters.</summary>
    public const int MaximumExcerptLength = 2048;

    /// <summary>Initializes a new instance.</summary>
    /// <param name="kind">What went wrong.</param>
    /// <param name="message">What happened; never contains a key or a prompt. A full stop is added where one is missing: the text may be a provider's, and others are put after it.</param>
    /// <param name="innerException">The cause, if there is one.</param>
    public BackendException(BackendErrorKind kind, string message, Exception? innerException = null)
        : base(Sentence.End(message), innerException) => Kind = kind;

    /// <summary>Gets what went wrong.</summary>
    public BackendErrorKind Kind { get; }

    /// <summary>Gets the backend's name.</summary>
    public string? Backend { get; init; }

    /// <summary>Gets the model asked for.</summary>
    public string? ModelId { get; init; }

    /// <summary>Gets the HTTP status, if a response arrived.</summary>
    public int? StatusCode { get; init; }

    /// <summary>Gets the provider's own error code or type, such as <c>insufficient_quota</c>.</summary>
    public string? ProviderCode { get; init; }

    /// <summary>Gets how long the provider asked to wait, from whichever header or body field said so.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Gets the provider's id of the request, for its support.</summary>
    public string? RequestId { get; init; }

    /// <summary>Gets what was received, at most <see cref="MaximumExcerptLength"/> characters.</summary>
    public string? ResponseExcerpt { get; init; }

    /// <summary>Gets whether the backend has another key that may be tried now.</summary>
    public bool CanRotateKey { get; init; }

    /// <summary>Gets the usage that the provider reported before it failed; it was billed.</summary>
    public UsageDetails? Usage { get; init; }
}
