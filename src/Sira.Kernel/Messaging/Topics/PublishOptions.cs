namespace Sira.Kernel.Messaging.Topics;

/// <summary>How one message is published.</summary>
public sealed record PublishOptions
{
    /// <summary>The highest priority.</summary>
    public const int HighestPriority = 9;

    internal const int MostHeaders = 64;
    internal const int LongestText = 8 * 1024;
    internal static readonly TimeSpan Longest = TimeSpan.FromDays(365);

    /// <summary>Gets the key by which order is kept where a consumer has partitions.</summary>
    public string? Key { get; init; }

    /// <summary>Gets the priority, 0 to 9; higher goes first. Consumers with partitions keep the order and ignore it.</summary>
    public int Priority { get; init; }

    /// <summary>Gets how long delivery is put off; at most 365 days. It runs on the monotonic clock, so that setting the wall clock does not change it.</summary>
    public TimeSpan? Delay { get; init; }

    /// <summary>Gets before when it is not delivered: a <see cref="Delay"/> of what lies between, as the wall clock stands at publication. Not together with it.</summary>
    public DateTimeOffset? NotBefore { get; init; }

    /// <summary>Gets after how long it is of no use any more, counted from publication; one that is delivered too late is a dead letter instead.</summary>
    public TimeSpan? TimeToLive { get; init; }

    /// <summary>Gets the publisher's id for the message. A second one of the same id is not published while the topic's deduplication window lasts.</summary>
    /// <value>Default <see langword="null"/>: the bus makes one, and it is no duplicate of anything.</value>
    public string? MessageId { get; init; }

    /// <summary>Gets what it belongs to, such as the id of a conversation.</summary>
    public string? CorrelationId { get; init; }

    /// <summary>Gets headers: at most 64, with at most 8192 characters in all. They are copied.</summary>
    public IReadOnlyDictionary<string, string>? Headers { get; init; }

    internal void ThrowIfInvalid()
    {
        ArgumentOutOfRangeException.ThrowIfNegative(Priority);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Priority, HighestPriority);
        CheckDuration(Delay, nameof(Delay), TimeSpan.Zero);
        CheckDuration(TimeToLive, nameof(TimeToLive), TimeSpan.FromTicks(1));
        CheckText(Key, nameof(Key));
        CheckText(MessageId, nameof(MessageId));
        CheckText(CorrelationId, nameof(CorrelationId));
        if (Delay is not null && NotBefore is not null)
        {
            throw new ArgumentException("Delay and NotBefore are both set; set one of them.", nameof(NotBefore));
        }

        if (Headers?.FirstOrDefault(static header => header.Value is null).Key is { } unset)
        {
            throw new ArgumentException($"The header '{unset}' is null. Give it a value, or leave it out.", nameof(Headers));
        }

        if (Headers is { } headers && (headers.Count > MostHeaders || headers.Sum(static header => header.Key.Length + header.Value.Length) > LongestText))
        {
            throw new ArgumentException($"A message has at most {MostHeaders} headers with {LongestText} characters in all; put more into the message itself.", nameof(Headers));
        }
    }

    internal void ThrowIfTooFarAhead(DateTimeOffset now) => CheckDuration(NotBefore - now, nameof(NotBefore), TimeSpan.MinValue);

    private static void CheckDuration(TimeSpan? duration, string name, TimeSpan least)
    {
        if (duration is { } given && (given < least || given > Longest))
        {
            throw new ArgumentOutOfRangeException(name, given, $"Use more than zero and at most {Longest.Days} days.");
        }
    }

    private static void CheckText(string? text, string name)
    {
        if (text is { Length: 0 or > 256 })
        {
            throw new ArgumentException($"{name} has {text.Length} characters; use 1 to 256, or null for none.", name);
        }
    }
}
