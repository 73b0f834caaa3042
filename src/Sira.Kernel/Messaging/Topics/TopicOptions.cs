using System.Globalization;
using Sira.Kernel.Configuration;
using Sira.Kernel.Messaging.Envelopes;

namespace Sira.Kernel.Messaging.Topics;

/// <summary>A topic.</summary>
/// <typeparam name="T">The type of its messages.</typeparam>
public sealed record TopicOptions<T>
{
    private static readonly TimeSpan Longest = TimeSpan.FromDays(365);

    /// <summary>Gets whether messages are kept in the bus's journal before <see cref="ITopic{T}.PublishAsync"/> returns, for durable groups to consume. Needs a <see cref="Codec"/>.</summary>
    /// <value>Default <see langword="false"/>.</value>
    public bool IsDurable { get; init; }

    /// <summary>Gets how messages are turned into bytes. Where there is one, its <see cref="EnvelopeOptions.MaximumBytes"/> bounds the messages of a durable topic.</summary>
    public MessageCodec<T>? Codec { get; init; }

    /// <summary>Gets how long the id of a message is remembered, so that a second one with it is not published; zero remembers none. On a durable topic the window is read from the journal after a restart.</summary>
    /// <value>Default 2 minutes.</value>
    public TimeSpan DeduplicationWindow { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Gets how many ids are remembered at most; the oldest is forgotten first.</summary>
    /// <value>Default 100,000.</value>
    public int DeduplicationCapacity { get; init; } = 100_000;

    /// <summary>Gets how long a message that nobody listens to is kept for whoever subscribes next; zero keeps none.</summary>
    /// <value>Default zero, and on a durable topic 7 days.</value>
    public TimeSpan? KeepUnmatched { get; init; }

    /// <summary>Gets how many such messages are kept in memory at most; the oldest is dropped first, and counted.</summary>
    /// <value>Default 1000.</value>
    public int UnmatchedCapacity { get; init; } = 1000;

    internal TimeSpan KeepFor => KeepUnmatched ?? (IsDurable ? TimeSpan.FromDays(7) : TimeSpan.Zero);

    /// <summary>Collects every option that is out of range.</summary>
    /// <param name="path">Where the options stand.</param>
    /// <param name="errors">Receives the mistakes.</param>
    public void Validate(string path, ConfigurationErrors errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        Check(!IsDurable || Codec is not null, nameof(Codec), "no codec", "Set Codec, such as new MessageCodec<T>(MyContext.Default.MyMessage): a durable topic keeps bytes.");
        Check(DeduplicationWindow >= TimeSpan.Zero && DeduplicationWindow <= Longest, nameof(DeduplicationWindow), DeduplicationWindow, $"Use zero to remember none, or at most {Longest.Days} days.");
        Check(DeduplicationCapacity is >= 1 and <= 10_000_000, nameof(DeduplicationCapacity), DeduplicationCapacity, "Use 1 to 10000000 ids.");
        Check(KeepFor >= TimeSpan.Zero && KeepFor <= Longest, nameof(KeepUnmatched), KeepFor, $"Use zero to keep none, or at most {Longest.Days} days.");
        Check(UnmatchedCapacity is >= 1 and <= 1_000_000, nameof(UnmatchedCapacity), UnmatchedCapacity, "Use 1 to 1000000 messages.");

        void Check(bool valid, string name, object value, string fix)
        {
            if (!valid)
            {
                errors.Add($"{path}:{name}", string.Create(CultureInfo.InvariantCulture, $"{value} is out of range."), fix);
            }
        }
    }
}
