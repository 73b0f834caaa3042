using System.Globalization;
using Sira.Kernel.Configuration;
using Sira.Kernel.Messaging.Envelopes;
using Sira.Kernel.Messaging.Journal;

namespace Sira.Kernel.Messaging.Consumers;

/// <summary>How a group consumes. Subscriptions of one group share the work; those that join later must have the same options, except <see cref="Concurrency"/>, which each adds.</summary>
/// <typeparam name="T">The type of message.</typeparam>
public sealed record ConsumerOptions<T>
{
    private static readonly TimeSpan Longest = TimeSpan.FromDays(30);

    /// <summary>Gets the name of the group. Each group gets every message, one of its subscriptions handles it.</summary>
    /// <value>Default <see langword="null"/>: a group of its own.</value>
    public string? Group { get; init; }

    /// <summary>Gets whether the group goes on where it stood after a restart, with the messages of durable topics. Needs a group name, a <see cref="Codec"/> and a bus with a journal.</summary>
    /// <value>Default <see langword="false"/>.</value>
    public bool IsDurable { get; init; }

    /// <summary>Gets where a durable group that is new starts.</summary>
    /// <value>Default <see cref="JournalStart.Oldest"/>.</value>
    public JournalStart Start { get; init; }

    /// <summary>Gets how a durable group reads messages.</summary>
    public MessageCodec<T>? Codec { get; init; }

    /// <summary>Gets how many messages this subscription handles at once.</summary>
    /// <value>Default 1.</value>
    public int Concurrency { get; init; } = 1;

    /// <summary>Gets the number of partitions. A key always falls into the same one, a partition handles one message at a time, and messages of one key are handled in their order; while one waits for its retry, those of its key wait behind it and others do not. 0 is no partitions and no order.</summary>
    /// <value>Default 0.</value>
    public int Partitions { get; init; }

    /// <summary>Gets how many messages the group holds: waiting, in work and waiting for a retry. For a durable group it is how far it reads ahead; the journal holds the rest.</summary>
    /// <value>Default 1024.</value>
    public int Capacity { get; init; } = 1024;

    /// <summary>Gets how many messages the group holds besides, because they are delayed. One more is refused; a durable group counts it by <see cref="Capacity"/> instead.</summary>
    /// <value>Default 10,000.</value>
    public int MaximumDelayed { get; init; } = 10_000;

    /// <summary>Gets what happens to a message that finds the group full. Has no meaning for durable groups, which leave it in the journal.</summary>
    /// <value>Default <see cref="QueueOverflow.Wait"/>.</value>
    public QueueOverflow Overflow { get; init; } = QueueOverflow.Wait;

    /// <summary>Gets what happens after a failure.</summary>
    public MessageRetryOptions Retry { get; init; } = MessageRetryOptions.Default;

    /// <summary>Gets after how many deaths of the process a message that was in work each time is set aside as poison; durable groups only. After a death, what was in work is delivered one at a time, so that the next one convicts.</summary>
    /// <value>Default 3.</value>
    public int MaximumCrashes { get; init; } = 3;

    /// <summary>Gets when a message counts as handled.</summary>
    /// <value>Default <see cref="AcknowledgementMode.OnReturn"/>.</value>
    public AcknowledgementMode Acknowledgement { get; init; }

    /// <summary>Gets the acknowledgement window: how long after its delivery a message may be unsettled. After it the handler's token is cancelled, and the delivery counts as failed.</summary>
    /// <value>Default <see langword="null"/>: 30 seconds where <see cref="Acknowledgement"/> is explicit, no limit otherwise.</value>
    public TimeSpan? AcknowledgementWindow { get; init; }

    /// <summary>Gets which messages the group gets; <see langword="null"/> means all.</summary>
    public IMessageFilter<T>? Filter { get; init; }

    /// <summary>Gets how long an ending subscription goes on. After that the tokens of running handlers are cancelled, and what still waits is dropped and counted, or, in a durable group, left for the next; handlers that still run 5 seconds later are left behind. <see cref="Timeout.InfiniteTimeSpan"/> waits for them, however long.</summary>
    /// <value>Default 10 seconds.</value>
    public TimeSpan DrainTimeout { get; init; } = TimeSpan.FromSeconds(10);

    internal TimeSpan? Window => AcknowledgementWindow ?? (Acknowledgement == AcknowledgementMode.Explicit ? TimeSpan.FromSeconds(30) : null);

    /// <summary>Collects every option that is out of range.</summary>
    /// <param name="path">Where the options stand.</param>
    /// <param name="errors">Receives the mistakes.</param>
    public void Validate(string path, ConfigurationErrors errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        Check(Group is null || Group.Length is >= 1 and <= 256 && Group[0] != '~', nameof(Group), Group ?? string.Empty, "Use 1 to 256 characters and not ~ at the beginning, which names groups without a name.");
        Check(!IsDurable || Group is not null, nameof(Group), "no name", "Name the group: a durable one is found again by its name.");
        Check(!IsDurable || Codec is not null, nameof(Codec), "no codec", "Set Codec, such as new MessageCodec<T>(MyContext.Default.MyMessage): a durable group reads bytes.");
        Check(Concurrency is >= 1 and <= 1000, nameof(Concurrency), Concurrency, "Use 1 to 1000.");
        Check(Partitions is >= 0 and <= 10_000, nameof(Partitions), Partitions, "Use 1 to 10000, or 0 for none.");
        Check(Capacity is >= 1 and <= 10_000_000, nameof(Capacity), Capacity, "Use 1 to 10000000 messages.");
        Check(MaximumDelayed is >= 0 and <= 10_000_000, nameof(MaximumDelayed), MaximumDelayed, "Use 0 to 10000000 messages.");
        Check(MaximumCrashes is >= 2 and <= 1000, nameof(MaximumCrashes), MaximumCrashes, "Use 2 to 1000: after the first death nobody knows which of the messages in work it was.");
        Check(Window is null || (Window > TimeSpan.Zero && Window <= Longest), nameof(AcknowledgementWindow), Window ?? TimeSpan.Zero, $"Use more than zero and at most {Longest.Days} days.");
        Check(DrainTimeout == Timeout.InfiniteTimeSpan || (DrainTimeout >= TimeSpan.Zero && DrainTimeout <= Longest), nameof(DrainTimeout), DrainTimeout, $"Use zero to {Longest.Days} days, or Timeout.InfiniteTimeSpan.");
        Check(Retry is not null, nameof(Retry), "null", $"Use {nameof(MessageRetryOptions)}.{nameof(MessageRetryOptions.None)} for none, or leave it out.");
        Retry?.Validate($"{path}:{nameof(Retry)}", errors);

        void Check(bool valid, string name, object value, string fix)
        {
            if (!valid)
            {
                errors.Add($"{path}:{name}", string.Create(CultureInfo.InvariantCulture, $"{value} is out of range."), fix);
            }
        }
    }
}
