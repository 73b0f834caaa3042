using System.Reflection;
using Microsoft.Extensions.Configuration;
using Sira.Gateway.Caching;
using Sira.Gateway.Tests.Caching.Support;
using Sira.Kernel.Configuration;
using Sira.Pipeline;
using Sira.Testing;

namespace Sira.Gateway.Tests.Caching;

public class CacheConfigurationTests
{
    private static IConfigurationRoot Json(params (string Key, string? Value)[] values) =>
        new ConfigurationBuilder().AddInMemoryCollection(values.ToDictionary(pair => "Sira:Cache:" + pair.Key, pair => pair.Value)).Build();

    [Fact]
    public async Task File_SetsEveryOption_OverCode()
    {
        (string, string?)[] file =
        [
            ("Enabled", "false"), ("TimeToLive", "2m"), ("StaleFor", "3m"), ("PartitionByUser", "true"), ("RequireTenant", "true"), ("MaxEntries", "4"), ("MaxBytes", "50000"), ("MaxEntryBytes", "6000"), ("UseDistributedCache", "false"), ("UseStorage", "true"), ("DistributedTimeout", "7s"),
            ("Semantic:Enabled", "true"), ("Semantic:SimilarityThreshold", "0.8"), ("Semantic:EmbeddingGenerator", "vectors"), ("Semantic:EmbeddingTimeout", "9s"), ("Semantic:MaxEntriesPerPartition", "10"), ("Semantic:MaxEntries", "11"),
        ];
        await using var gateway = new CacheGateway(cache => cache.TimeToLive = TimeSpan.FromDays(1), configuration: Json(file));
        _ = gateway.Gateway.Sira;
        var options = ((CacheConfiguration)gateway.Services.GetService(typeof(CacheConfiguration))!).Current;

        Assert.Equal("False 00:02:00 00:03:00 True True 4 50000 6000 False True 00:00:07", string.Join(' ', options.Enabled, options.TimeToLive, options.StaleFor, options.PartitionByUser, options.RequireTenant, options.MaxEntries, options.MaxBytes, options.MaxEntryBytes, options.UseDistributedCache, options.UseStorage, options.DistributedTimeout));
        var semantic = options.Semantic;
        Assert.Equal("True 0.8 vectors 00:00:09 10 11", string.Join(' ', semantic.Enabled, semantic.SimilarityThreshold, semantic.EmbeddingGenerator, semantic.EmbeddingTimeout, semantic.MaxEntriesPerPartition, semantic.MaxEntries));

        // A property that is added must be added to the reader, and here.
        Assert.Equal(file.Length, Settable(typeof(CacheOptions)) - 1 + Settable(typeof(SemanticCacheOptions)));
    }

    [Fact]
    public void AllMistakes_AreShownAtOnce()
    {
        var gateway = new CacheGateway(
            cache =>
            {
                (cache.TimeToLive, cache.StaleFor, cache.MaxEntries, cache.MaxEntryBytes, cache.MaxBytes, cache.DistributedTimeout) = (TimeSpan.Zero, TimeSpan.FromSeconds(-1), 0, 5, 100, TimeSpan.FromDays(30));
                (cache.Semantic.SimilarityThreshold, cache.Semantic.EmbeddingGenerator, cache.Semantic.MaxEntriesPerPartition, cache.Semantic.MaxEntries, cache.Semantic.EmbeddingTimeout) = (double.NaN, " ", 0, -1, TimeSpan.MaxValue);
            },
            configuration: Json(("TimeToLiv", "1m"), ("Semantic:Treshold", "1"), ("PartitionByUser", "perhaps")));

        var message = Assert.Throws<SiraConfigurationException>(() => gateway.Gateway.Sira).Message;

        string[] expected = ["UseCache.TimeToLive: '0ms'", "UseCache.StaleFor", "UseCache.MaxEntries: '0'", "UseCache.MaxEntryBytes: '5'", "UseCache.MaxBytes: '100'", "UseCache.DistributedTimeout: '30d'", "UseCache.Semantic.SimilarityThreshold: 'NaN'", "UseCache.Semantic.EmbeddingGenerator", "UseCache.Semantic.MaxEntriesPerPartition: '0'", "UseCache.Semantic.MaxEntries: '-1'", "UseCache.Semantic.EmbeddingTimeout", "unknown key 'TimeToLiv'. Did you mean 'TimeToLive'?", "unknown key 'Treshold'", "'perhaps' is neither true nor false"];
        Assert.All(expected, part => Assert.Contains(part, message, StringComparison.Ordinal));
    }

    [Fact]
    public void WithoutAContainer_MistakesAreToldAtOnce()
    {
        Assert.Throws<SiraConfigurationException>(() => new SiraPipelineBuilder(new ScriptedChatClient()).UseCache(cache => cache.MaxEntries = 0));
        Assert.Throws<SiraConfigurationException>(() => new SiraPipelineBuilder(new ScriptedChatClient()).UseCache(cache => (cache.Semantic.Enabled, cache.Semantic.EmbeddingGenerator) = (true, "a")).Build());
    }

    private static int Settable(Type type) => type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Count(property => property.CanWrite);
}
