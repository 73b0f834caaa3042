using System.Globalization;
using Sira.Kernel.Configuration;

namespace Sira.Gateway.Caching;

/// <summary>Finds all mistakes in <see cref="CacheOptions"/> at once.</summary>
internal static class CacheOptionsValidator
{
    private const int SmallestEntry = 1024;

    private static readonly TimeSpan LongestKept = TimeSpan.FromDays(3650);
    private static readonly TimeSpan LongestTimeout = TimeSpan.FromHours(1);

    /// <summary>Checks the options of a cache that is built without a container.</summary>
    public static ConfigurationErrors Check(CacheOptions options)
    {
        var errors = new ConfigurationErrors();
        Check(options, errors);
        return errors;
    }

    /// <summary>Checks the options together with the rest of a configuration.</summary>
    public static void Check(CacheOptions options, ConfigurationErrors errors)
    {
        Positive(errors, nameof(options.TimeToLive), options.TimeToLive, LongestKept);
        Positive(errors, nameof(options.DistributedTimeout), options.DistributedTimeout, LongestTimeout);
        if (options.StaleFor < TimeSpan.Zero || options.StaleFor > LongestKept)
        {
            Add(errors, nameof(options.StaleFor), DurationText.Write(options.StaleFor), $"Write zero or a positive time up to {DurationText.Write(LongestKept)}.");
        }

        AtLeast(errors, nameof(options.MaxEntries), options.MaxEntries, 1);
        AtLeast(errors, nameof(options.MaxEntryBytes), options.MaxEntryBytes, SmallestEntry);
        AtLeast(errors, nameof(options.MaxBytes), options.MaxBytes, Math.Max(options.MaxEntryBytes, SmallestEntry));
        var semantic = options.Semantic;
        Positive(errors, "Semantic.EmbeddingTimeout", semantic.EmbeddingTimeout, LongestTimeout);
        AtLeast(errors, "Semantic.MaxEntriesPerPartition", semantic.MaxEntriesPerPartition, 1);
        AtLeast(errors, "Semantic.MaxEntries", semantic.MaxEntries, Math.Max(semantic.MaxEntriesPerPartition, 1));
        if (semantic.SimilarityThreshold is not (> 0 and <= 1))
        {
            Add(errors, "Semantic.SimilarityThreshold", semantic.SimilarityThreshold.ToString(CultureInfo.InvariantCulture), "Write a number above 0 and up to 1.");
        }

        if (semantic.EmbeddingGenerator is { } generator && string.IsNullOrWhiteSpace(generator))
        {
            Add(errors, "Semantic.EmbeddingGenerator", generator, "Write the name of an embedding route or the key of a generator, or null for the built-in one.");
        }
    }

    private static void AtLeast(ConfigurationErrors errors, string property, long value, long minimum)
    {
        if (value < minimum)
        {
            Add(errors, property, value.ToString(CultureInfo.InvariantCulture), $"Write {minimum} or more.");
        }
    }

    private static void Positive(ConfigurationErrors errors, string property, TimeSpan value, TimeSpan longest)
    {
        if (value <= TimeSpan.Zero || value > longest)
        {
            Add(errors, property, DurationText.Write(value), $"Write a positive time up to {DurationText.Write(longest)}.");
        }
    }

    private static void Add(ConfigurationErrors errors, string property, string value, string fix) =>
        errors.Add($"UseCache.{property}", $"'{value}' is out of range.", fix);
}
