using System.Globalization;
using Sira.Kernel.Configuration;
using Sira.Storage.Keys;

namespace Sira.Storage.Layers;

/// <summary>How much a cache over an engine keeps, and for how long.</summary>
public sealed record LayerOptions
{
    /// <summary>Gets how many bytes of keys and values are kept.</summary>
    /// <value>Default 64 MiB.</value>
    public long MaximumBytes { get; init; } = 64L << 20;

    /// <summary>Gets how large a value may be to be kept, in bytes.</summary>
    /// <value>Default 1 MiB.</value>
    public int MaximumValueBytes { get; init; } = 1 << 20;

    /// <summary>Gets how long a copy is used where the engine below tells of changes, or only this process can make them.</summary>
    /// <value>Default <see langword="null"/>: until it is changed or has expired.</value>
    public TimeSpan? MaximumAge { get; init; }

    /// <summary>Gets how long a copy is used where the engine below is shared with other processes and does not tell of their changes: so much later they may be seen.</summary>
    /// <value>Default 5 seconds.</value>
    public TimeSpan MaximumAgeWithoutFeed { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Gets how long it is remembered that there is no value.</summary>
    /// <value>Default zero: not at all.</value>
    public TimeSpan MaximumAbsentAge { get; init; }

    /// <summary>Gets how long nothing is cached of a partition whose changes could not be listened to, before that is tried again.</summary>
    /// <value>Default 1 second.</value>
    public TimeSpan FeedRetryDelay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Gets of how many partitions values are kept at once; that which was not used for longest makes room.</summary>
    /// <value>Default 4096.</value>
    public int MaximumPartitions { get; init; } = 4096;

    /// <summary>Gets the namespaces that may be answered with stale copies when the engine below fails or is slow.</summary>
    /// <value>Default none.</value>
    public IReadOnlyDictionary<string, StaleReadOptions> StaleReads { get; init; } = new Dictionary<string, StaleReadOptions>();

    /// <summary>Collects every option that is out of range.</summary>
    /// <param name="path">Where the options stand in the configuration.</param>
    /// <param name="errors">Receives the mistakes.</param>
    public void Validate(string path, ConfigurationErrors errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        CheckNumber(path, nameof(MaximumBytes), MaximumBytes, 1, errors);
        CheckNumber(path, nameof(MaximumValueBytes), MaximumValueBytes, 0, errors);
        CheckNumber(path, nameof(MaximumPartitions), MaximumPartitions, 1, errors);
        if (MaximumAge is { } age)
        {
            CheckTime(path, nameof(MaximumAge), age, TimeSpan.FromMilliseconds(1), errors);
        }

        CheckTime(path, nameof(MaximumAgeWithoutFeed), MaximumAgeWithoutFeed, TimeSpan.FromMilliseconds(1), errors);
        CheckTime(path, nameof(MaximumAbsentAge), MaximumAbsentAge, TimeSpan.Zero, errors);
        CheckTime(path, nameof(FeedRetryDelay), FeedRetryDelay, TimeSpan.FromMilliseconds(1), errors);
        foreach (var (name, stale) in StaleReads)
        {
            StorageArguments.CheckNamespace(name, $"{path}:{nameof(StaleReads)}:{name}", errors);
            stale.Validate($"{path}:{nameof(StaleReads)}:{name}", errors);
        }
    }

    internal static void CheckTime(string path, string name, TimeSpan value, TimeSpan minimum, ConfigurationErrors errors)
    {
        // The upper bound is what a timer can wait.
        if (value < minimum || value > TimeSpan.FromDays(24))
        {
            errors.Add($"{path}:{name}", string.Create(CultureInfo.InvariantCulture, $"{value} is out of range."), $"Use {(minimum == TimeSpan.Zero ? "zero" : "1 millisecond")} to 24 days.");
        }
    }

    private static void CheckNumber(string path, string name, long value, long minimum, ConfigurationErrors errors)
    {
        if (value < minimum)
        {
            errors.Add($"{path}:{name}", string.Create(CultureInfo.InvariantCulture, $"{value} is out of range."), string.Create(CultureInfo.InvariantCulture, $"Use {minimum} or more."));
        }
    }
}
