using Sira.Kernel.Configuration;

namespace Sira.Gateway.Caching;

/// <summary>Reads the section <c>Sira:Cache</c> over what code has set.</summary>
internal static class CacheOptionsReader
{
    public static void Apply(ConfigurationReader reader, CacheOptions options)
    {
        options.Enabled = reader.TryBoolean(nameof(options.Enabled), out var enabled) ? enabled : options.Enabled;
        options.TimeToLive = reader.TryDuration(nameof(options.TimeToLive), out var timeToLive) ? timeToLive : options.TimeToLive;
        options.StaleFor = reader.TryDuration(nameof(options.StaleFor), out var staleFor) ? staleFor : options.StaleFor;
        options.PartitionByUser = reader.TryBoolean(nameof(options.PartitionByUser), out var byUser) ? byUser : options.PartitionByUser;
        options.RequireTenant = reader.TryBoolean(nameof(options.RequireTenant), out var requireTenant) ? requireTenant : options.RequireTenant;
        options.MaxEntries = reader.TryInt32(nameof(options.MaxEntries), out var entries) ? entries : options.MaxEntries;
        options.MaxBytes = reader.TryInt64(nameof(options.MaxBytes), out var bytes) ? bytes : options.MaxBytes;
        options.MaxEntryBytes = reader.TryInt32(nameof(options.MaxEntryBytes), out var entryBytes) ? entryBytes : options.MaxEntryBytes;
        options.UseDistributedCache = reader.TryBoolean(nameof(options.UseDistributedCache), out var distributed) ? distributed : options.UseDistributedCache;
        options.UseStorage = reader.TryBoolean(nameof(options.UseStorage), out var storage) ? storage : options.UseStorage;
        options.DistributedTimeout = reader.TryDuration(nameof(options.DistributedTimeout), out var timeout) ? timeout : options.DistributedTimeout;
        if (reader.TrySection(nameof(options.Semantic), out var section))
        {
            Apply(section, options.Semantic);
            section.ReportUnknownKeys();
        }
    }

    private static void Apply(ConfigurationReader reader, SemanticCacheOptions options)
    {
        options.Enabled = reader.TryBoolean(nameof(options.Enabled), out var enabled) ? enabled : options.Enabled;
        options.SimilarityThreshold = reader.TryDouble(nameof(options.SimilarityThreshold), out var threshold) ? threshold : options.SimilarityThreshold;
        options.EmbeddingGenerator = reader.TryString(nameof(options.EmbeddingGenerator), out var generator) ? generator : options.EmbeddingGenerator;
        options.EmbeddingTimeout = reader.TryDuration(nameof(options.EmbeddingTimeout), out var timeout) ? timeout : options.EmbeddingTimeout;
        options.MaxEntriesPerPartition = reader.TryInt32(nameof(options.MaxEntriesPerPartition), out var perPartition) ? perPartition : options.MaxEntriesPerPartition;
        options.MaxEntries = reader.TryInt32(nameof(options.MaxEntries), out var entries) ? entries : options.MaxEntries;
    }
}
