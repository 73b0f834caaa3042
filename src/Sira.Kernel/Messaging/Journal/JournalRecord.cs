using Sira.Kernel.Messaging.Errors;

namespace Sira.Kernel.Messaging.Journal;

/// <summary>A message as a journal keeps it.</summary>
public sealed record JournalRecord
{
    /// <summary>Gets what is known of the message.</summary>
    public required MessageMetadata Metadata { get; init; }

    /// <summary>Gets the content, in its envelope.</summary>
    public ReadOnlyMemory<byte> Payload { get; init; }

    /// <summary>Gets the only group that it is for, as after a redrive; <see langword="null"/> for every group.</summary>
    public string? Target { get; init; }

    /// <summary>Gets until when it is kept though no group's pattern matches its topic.</summary>
    public DateTimeOffset KeepUntil { get; init; }

    /// <summary>Gets until when it is kept though every group is done with it, because a second message with its id is a duplicate until then.</summary>
    /// <value>Default: not for that reason.</value>
    public DateTimeOffset RememberUntil { get; init; }

    /// <summary>Gets why the journal cannot give back what it was given: its store has damaged it. A group sets such a record aside as unreadable.</summary>
    /// <value>Default <see langword="null"/>: it is whole.</value>
    public JournalException? Damage { get; init; }

    /// <summary>Gets where it stands in the log, from 1 on; 0 before it was appended.</summary>
    public long Position { get; init; }
}
