namespace Sira.Kernel.Messaging.DeadLetters;

/// <summary>A message that a group set aside, and why.</summary>
public sealed record DeadLetter
{
    /// <summary>Gets the id, ascending in the order in which messages were set aside; messages of durable groups and others are numbered apart.</summary>
    public long Id { get; init; }

    /// <summary>Gets whether it is kept in the journal.</summary>
    public bool IsDurable { get; init; }

    /// <summary>Gets the group that set it aside. Other groups are not concerned.</summary>
    public required string Group { get; init; }

    /// <summary>Gets why.</summary>
    public required DeadLetterReason Reason { get; init; }

    /// <summary>Gets the message's topic, key, headers and the rest.</summary>
    public required MessageMetadata Message { get; init; }

    /// <summary>Gets the type of the last exception; <see langword="null"/> where there was none.</summary>
    public string? ExceptionType { get; init; }

    /// <summary>Gets what the last exception said or which reason the handler gave, at most 1024 characters. Words that may be secrets are left out.</summary>
    public string? Error { get; init; }

    /// <summary>Gets how often a handler was given the message.</summary>
    public int Deliveries { get; init; }

    /// <summary>Gets when it failed first.</summary>
    public DateTimeOffset FirstFailedAt { get; init; }

    /// <summary>Gets when it failed last.</summary>
    public DateTimeOffset LastFailedAt { get; init; }
}
