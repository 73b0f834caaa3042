using System.Globalization;
using Sira.Kernel.Configuration;
using Sira.Kernel.Messaging.Consumers;

namespace Sira.Kernel.Messaging.Topics;

/// <summary>What the host sets for the topics and consumer groups of a pattern, over what their users say. <see langword="null"/> leaves a value to them.</summary>
public sealed record TopicSettings
{
    /// <summary>Gets the topics' <see cref="TopicOptions{T}.DeduplicationWindow"/>.</summary>
    public TimeSpan? DeduplicationWindow { get; init; }

    /// <summary>Gets the topics' <see cref="TopicOptions{T}.DeduplicationCapacity"/>.</summary>
    public int? DeduplicationCapacity { get; init; }

    /// <summary>Gets the topics' <see cref="TopicOptions{T}.KeepUnmatched"/>.</summary>
    public TimeSpan? KeepUnmatched { get; init; }

    /// <summary>Gets the topics' <see cref="TopicOptions{T}.UnmatchedCapacity"/>.</summary>
    public int? UnmatchedCapacity { get; init; }

    /// <summary>Gets the groups' <see cref="ConsumerOptions{T}.Capacity"/>.</summary>
    public int? Capacity { get; init; }

    /// <summary>Gets the groups' <see cref="ConsumerOptions{T}.MaximumDelayed"/>.</summary>
    public int? MaximumDelayed { get; init; }

    /// <summary>Gets the groups' <see cref="ConsumerOptions{T}.Overflow"/>.</summary>
    public QueueOverflow? Overflow { get; init; }

    /// <summary>Gets after how many deliveries the groups set a message aside: their <see cref="MessageRetryOptions.MaximumDeliveries"/>.</summary>
    public int? MaximumDeliveries { get; init; }

    /// <summary>Gets the durable groups' <see cref="ConsumerOptions{T}.MaximumCrashes"/>.</summary>
    public int? MaximumCrashes { get; init; }

    /// <summary>Gets the groups' <see cref="ConsumerOptions{T}.AcknowledgementWindow"/>.</summary>
    public TimeSpan? AcknowledgementWindow { get; init; }

    /// <summary>Gets the groups' <see cref="ConsumerOptions{T}.DrainTimeout"/>.</summary>
    public TimeSpan? DrainTimeout { get; init; }

    internal static TopicSettings Read(ConfigurationReader reader, TopicSettings defaults)
    {
        var settings = defaults with
        {
            DeduplicationWindow = reader.TryDuration(nameof(DeduplicationWindow), out var window) ? window : defaults.DeduplicationWindow,
            DeduplicationCapacity = reader.TryInt32(nameof(DeduplicationCapacity), out var ids) ? ids : defaults.DeduplicationCapacity,
            KeepUnmatched = reader.TryDuration(nameof(KeepUnmatched), out var keep) ? keep : defaults.KeepUnmatched,
            UnmatchedCapacity = reader.TryInt32(nameof(UnmatchedCapacity), out var unmatched) ? unmatched : defaults.UnmatchedCapacity,
            Capacity = reader.TryInt32(nameof(Capacity), out var capacity) ? capacity : defaults.Capacity,
            MaximumDelayed = reader.TryInt32(nameof(MaximumDelayed), out var delayed) ? delayed : defaults.MaximumDelayed,
            Overflow = reader.TryEnum<QueueOverflow>(nameof(Overflow), out var overflow) ? overflow : defaults.Overflow,
            MaximumDeliveries = reader.TryInt32(nameof(MaximumDeliveries), out var deliveries) ? deliveries : defaults.MaximumDeliveries,
            MaximumCrashes = reader.TryInt32(nameof(MaximumCrashes), out var crashes) ? crashes : defaults.MaximumCrashes,
            AcknowledgementWindow = reader.TryDuration(nameof(AcknowledgementWindow), out var settle) ? settle : defaults.AcknowledgementWindow,
            DrainTimeout = reader.TryDuration(nameof(DrainTimeout), out var drain) ? drain : defaults.DrainTimeout,
        };
        reader.ReportUnknownKeys();
        return settings;
    }

    internal TopicOptions<T> Over<T>(TopicOptions<T> options) => options with
    {
        DeduplicationWindow = DeduplicationWindow ?? options.DeduplicationWindow,
        DeduplicationCapacity = DeduplicationCapacity ?? options.DeduplicationCapacity,
        KeepUnmatched = KeepUnmatched ?? options.KeepUnmatched,
        UnmatchedCapacity = UnmatchedCapacity ?? options.UnmatchedCapacity,
    };

    internal ConsumerOptions<T> Over<T>(ConsumerOptions<T> options) => options with
    {
        Capacity = Capacity ?? options.Capacity,
        MaximumDelayed = MaximumDelayed ?? options.MaximumDelayed,
        Overflow = Overflow ?? options.Overflow,
        Retry = MaximumDeliveries is { } deliveries ? options.Retry with { MaximumDeliveries = deliveries } : options.Retry,
        MaximumCrashes = MaximumCrashes ?? options.MaximumCrashes,
        AcknowledgementWindow = AcknowledgementWindow ?? options.AcknowledgementWindow,
        DrainTimeout = DrainTimeout ?? options.DrainTimeout,
    };

    internal void Validate(string path, ConfigurationErrors errors)
    {
        // The bounds are those of the options that it goes over.
        Over(new TopicOptions<object>()).Validate(path, errors);
        (this with { MaximumDeliveries = null }).Over(new ConsumerOptions<object>()).Validate(path, errors);
        if (MaximumDeliveries is < 1 or > 1000)
        {
            errors.Add($"{path}:{nameof(MaximumDeliveries)}", string.Create(CultureInfo.InvariantCulture, $"{MaximumDeliveries} is out of range."), "Use 1 to 1000 deliveries.");
        }
    }
}
