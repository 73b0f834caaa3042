using System.Collections.ObjectModel;

namespace Sira.Kernel.Messaging;

/// <summary>What is known of a message on a topic besides its content.</summary>
public sealed record MessageMetadata
{
    /// <summary>Gets the topic it was published to.</summary>
    public required string Topic { get; init; }

    /// <summary>Gets its id: the publisher's, or one that the bus made.</summary>
    public required string Id { get; init; }

    /// <summary>Gets the key by which order is kept; <see langword="null"/> where there is none.</summary>
    public string? Key { get; init; }

    /// <summary>Gets the priority, 0 to 9; higher goes first.</summary>
    public int Priority { get; init; }

    /// <summary>Gets what it belongs to, such as the id of a conversation.</summary>
    public string? CorrelationId { get; init; }

    /// <summary>Gets the publisher's headers.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = ReadOnlyDictionary<string, string>.Empty;

    /// <summary>Gets when it was published, by the publisher's clock.</summary>
    public required DateTimeOffset PublishedAt { get; init; }

    /// <summary>Gets before when it is not delivered.</summary>
    public DateTimeOffset? NotBefore { get; init; }

    /// <summary>Gets after when it is not delivered any more.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Gets the publisher's trace context, the <c>traceparent</c> of W3C Trace Context.</summary>
    public string? TraceParent { get; init; }

    /// <summary>Gets the <c>tracestate</c> that belongs to it.</summary>
    public string? TraceState { get; init; }

    /// <summary>Gets how often it was taken back from the dead letters.</summary>
    public int Redrives { get; init; }
}
