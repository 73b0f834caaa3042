namespace Sira.Kernel.Messaging.DeadLetters;

/// <summary>Which dead letters are meant; what is not set does not restrict.</summary>
public sealed record DeadLetterQuery
{
    /// <summary>Gets the group that set them aside.</summary>
    public string? Group { get; init; }

    /// <summary>Gets the topics: a name or a pattern, such as <c>orders.></c>.</summary>
    public string? Topic { get; init; }

    /// <summary>Gets why they were set aside.</summary>
    public DeadLetterReason? Reason { get; init; }

    /// <summary>Gets a condition on anything else, such as the type of the exception or how often a message was redriven.</summary>
    public Func<DeadLetter, bool>? Where { get; init; }

    /// <summary>Gets how many at most, the oldest first.</summary>
    /// <value>Default 1000.</value>
    public int Maximum { get; init; } = 1000;
}
