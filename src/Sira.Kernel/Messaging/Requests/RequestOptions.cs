namespace Sira.Kernel.Messaging.Requests;

/// <summary>How a request is made.</summary>
public sealed record RequestOptions
{
    /// <summary>Gets how long to wait for the answer, the time in the queue included.</summary>
    /// <value>Default 30 seconds; <see cref="System.Threading.Timeout.InfiniteTimeSpan"/> waits for ever.</value>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Gets what the request belongs to, such as the id of a conversation.</summary>
    public string? CorrelationId { get; init; }
}
